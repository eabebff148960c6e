"""One thing that verification found wrong, and where."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """`place` names the record: "Audit Entry 18ea... (Changed Tool T-1)"."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"
