"""pypika's functions, and Frappe's own beside them."""

from __future__ import annotations

from typing import Any

from pypika.functions import *  # noqa: F403
from pypika.functions import DistinctOptionFunction, Function


class Round(Function):
    def __init__(self, term: Any, decimal: int = 0, **kwargs: Any) -> None:
        super().__init__("ROUND", term, decimal, **kwargs)


class GroupConcat(DistinctOptionFunction):
    def __init__(self, column: Any, alias: str | None = None) -> None:
        super().__init__("GROUP_CONCAT", column, alias=alias)
