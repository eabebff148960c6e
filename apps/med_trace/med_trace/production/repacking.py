"""A Repack of one item: one batch into several, or several into one. What stays in its batch is no movement."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from med_trace.domain.errors import NotBalanced
from med_trace.domain.event import Action, EventType, Row
from med_trace.ledger.service import ensure_lot
from med_trace.receiving.regrouping import part_fields
from med_trace.receiving.stock_lines import StockLine, ledger_rows

Key = tuple[str | None, str | None]


def is_regrouping(out: list[StockLine], into: list[StockLine]) -> bool:
    """Whether both sides are of one item, and one of them is a single lot."""
    items = {line.item_code for line in (*out, *into)}
    return len(items) == 1 and bool(out and into) and 1 in (len(_lots(out)), len(_lots(into)))


def regroup(out: list[StockLine], into: list[StockLine]) -> tuple[EventType, list[Row]]:
    """The event and its rows (none when nothing changed its batch); new lots inherit from their source."""
    out, into = _without_common(out, into)
    merges = len(_lots(into)) == 1 and len(_lots(out)) > 1
    kind, take, give = (
        (EventType.MERGED, Action.MERGE_FROM, Action.MERGE_INTO)
        if merges
        else (EventType.SPLIT, Action.SPLIT_FROM, Action.SPLIT_INTO)
    )
    if not out and not into:
        return kind, []
    if not out or not into:
        raise NotBalanced("A Repack of one item puts back what it takes out: make both quantities equal.")
    taken = ledger_rows(take, out)
    sources = list(dict.fromkeys(row.lot for row in taken))
    for line in into:
        if line.batch:
            _ensure_part(sources, line)
    return kind, [*taken, *ledger_rows(give, into)]


def _ensure_part(sources: list[str], line: StockLine) -> None:
    fields = {**part_fields(sources), "batch": line.batch}
    fields.pop("item_code")
    ensure_lot(line.batch, line.item_code, **fields)


def _lots(lines: Iterable[StockLine]) -> set[str | None]:
    return {line.batch or line.serial for line in lines}


def _without_common(out: list[StockLine], into: list[StockLine]) -> tuple[list[StockLine], list[StockLine]]:
    """Both sides without what leaves a batch and comes back into it."""
    taken, given = _sums(out), _sums(into)
    common = {key: min(taken[key], given[key]) for key in taken.keys() & given.keys()}
    return _less(out, common), _less(into, common)


def _sums(lines: Iterable[StockLine]) -> dict[Key, Decimal]:
    sums: dict[Key, Decimal] = {}
    for line in lines:
        key = (line.batch, line.serial)
        sums[key] = sums.get(key, Decimal(0)) + line.quantity
    return sums


def _less(lines: list[StockLine], common: dict[Key, Decimal]) -> list[StockLine]:
    left = {key: total - common.get(key, Decimal(0)) for key, total in _sums(lines).items()}
    item_code = lines[0].item_code
    return [StockLine(item_code, total, batch, serial) for (batch, serial), total in left.items() if total]
