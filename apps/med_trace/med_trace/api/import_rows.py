"""What the files that can be imported have in common: how columns are called, and what becomes of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from frappe import _
from med_trace.domain.errors import TraceError
from med_trace.domain.table_file import Line, Table, folded
from med_trace.ledger.shown import translated

# Column -> (its heading, what to write there).
Columns = Mapping[str, tuple[str, str]]
_COLUMN = re.compile("^([a-z_]+)[:：]")


@dataclass
class Answer:
    """What becomes of one row: the ledger takes it, has it already (`recorded_as`), or refuses it (`why`)."""

    line: Line
    why: str = ""
    recorded_as: str | None = None


@dataclass(frozen=True)
class Judged:
    """The answers in the order of the file. `perform` records all rows, for the Device Entry of this name, when none
    is refused: {events, lots}."""

    answers: list[Answer]
    perform: Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """One kind of file."""

    columns: Columns
    required: tuple[str, ...]
    most_rows: int
    judge: Callable[[Table], Judged]

    def titles(self) -> dict[str, str]:
        """What a column may be called: its name or its heading, in English and in the user's language."""
        return {
            folded(title): column
            for column, (heading, _what) in self.columns.items()
            for title in (column, heading, _(heading))
        }


def said(error: TraceError, columns: Columns) -> str:
    """The refusal in the user's language."""
    return with_heading(translated(error.message), columns)


def with_heading(message: str, columns: Columns) -> str:
    """ "quantity: ..." begins as the column is called that it is about."""
    column = _COLUMN.match(message)
    return _(columns[column[1]][0]) + message[column.end(1) :] if column and column[1] in columns else message
