"""pypika's functions, and Frappe's own beside them."""

from __future__ import annotations

from typing import Any

from pypika.functions import (
    Abs,
    Avg,
    Cast,
    Coalesce,
    Concat,
    Count,
    CurDate,
    Date,
    DistinctOptionFunction,
    Function,
    IfNull,
    Length,
    Lower,
    Max,
    Min,
    Now,
    NullIf,
    Substring,
    Sum,
    Trim,
    Upper,
)

__all__ = [
    "Abs",
    "Avg",
    "Cast",
    "Coalesce",
    "Concat",
    "Concat_ws",
    "Count",
    "CurDate",
    "Date",
    "DistinctOptionFunction",
    "Function",
    "GroupConcat",
    "IfNull",
    "Length",
    "Locate",
    "Lower",
    "Max",
    "Min",
    "Now",
    "NullIf",
    "Round",
    "Substring",
    "Sum",
    "Timestamp",
    "Trim",
    "Upper",
]


class Round(Function):
    def __init__(self, term: Any, decimal: int = 0, **kwargs: Any) -> None:
        super().__init__("ROUND", term, decimal, **kwargs)


class Locate(Function):
    """Position of a text within another, from 1; 0 where it is not."""

    def __init__(self, needle: Any, haystack: Any, **kwargs: Any) -> None:
        super().__init__("INSTR", haystack, needle, **kwargs)


class Timestamp(Function):
    """A date and a time as one moment."""

    def __init__(self, date: Any, time: Any = None, alias: str | None = None) -> None:
        arguments = (date,) if time is None else (date, time)
        super().__init__("TIMESTAMP", *arguments, alias=alias)


class GroupConcat(DistinctOptionFunction):
    def __init__(self, column: Any, alias: str | None = None) -> None:
        super().__init__("GROUP_CONCAT", column, alias=alias)


class Concat_ws(Function):
    def __init__(self, *terms: Any, **kwargs: Any) -> None:
        super().__init__("CONCAT_WS", *terms, **kwargs)
