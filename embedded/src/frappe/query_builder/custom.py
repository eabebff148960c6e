"""SQL expressions that pypika does not have."""

from pypika.functions import DistinctOptionFunction
from pypika.terms import Function

from frappe.query_builder.builder import ParameterizedValue

__all__ = ["GROUP_CONCAT", "ConstantColumn"]


class GROUP_CONCAT(DistinctOptionFunction):
    def __init__(self, column: str, alias: str | None = None) -> None:
        super().__init__("GROUP_CONCAT", column, alias=alias)


class ConstantColumn(Function):
    """The same value in every row."""

    def __init__(self, value: str) -> None:
        super().__init__("COALESCE", ParameterizedValue(value))
