"""Computes the figures of the home pages: how good, how old, how much. Reads only.

One question to the database a figure (`release_waiting` too), counted there and not here, so that a page with
100 000 records behind it is as quick as one with ten. Records that are not open to whoever asks are not counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import frappe
from frappe.utils import get_datetime, getdate
from med_trace.domain.errors import BadInput
from med_trace.ledger.openness import closed, only_open

WEEKS = 12
DAYS_OF_YIELD = 30
MOST_MACHINES = 12
MOST_RELEASES = 500
MOST_RECALLS = 10
# Ages in days: up to the first, up to the second, ... and older.
AGES = (7, 14, 30)
AGE_NAMES = ("0-7", "8-14", "15-30", "31-")
SEVERITIES = ("Critical", "Major", "Minor")


@dataclass(frozen=True)
class Figure:
    """`doctype`: who may read its records may see what is counted of them."""

    doctype: str
    compute: Callable[[datetime], dict[str, Any]]


def figure(name: str, now: datetime) -> dict[str, Any]:
    """`labels` and `series` [{name, values}]: `by` week (their Mondays), age (in days) or name; and `total`."""
    return {"figure": name, **known(name).compute(now)}


def known(name: str) -> Figure:
    """Raises BadInput for a figure that is none."""
    if name not in FIGURES:
        raise BadInput("name is {0}; expected one of {1}.", repr(name), ", ".join(FIGURES), field="name")
    return FIGURES[name]


# -- the figures


def pass_rate(now: datetime) -> dict[str, Any]:
    """Submitted inspections of the last weeks, accepted and rejected, by the week of the inspection."""
    rows = _rows(
        f"""select date(inspected_at) as day, verdict, count(*) as number from `tabInspection Record`
        where docstatus = 1 and inspected_at >= %(since)s{only_open("Inspection Record")} group by date(inspected_at), verdict""",
        since=_monday(now, WEEKS),
    )
    verdicts = ("Accepted", "Rejected")
    counts = {verdict: dict.fromkeys(_mondays(now), 0) for verdict in verdicts}
    for row in rows:
        week = _monday_of(getdate(row["day"]))
        if row["verdict"] in counts and week in counts[row["verdict"]]:
            counts[row["verdict"]][week] += row["number"]
    return _answer("week", _mondays(now), {name: list(weeks.values()) for name, weeks in counts.items()})


def ncr_ages(now: datetime) -> dict[str, Any]:
    """Open NCRs by age and severity."""
    rows = _rows(
        f"""select severity as name, {_age("creation")} as age, count(*) as number from `tabNCR`
        where workflow_state <> 'Closed'{only_open("NCR")} group by severity, age""",
        **_edges(now),
    )
    return _answer("age", AGE_NAMES, _by_age(rows, SEVERITIES))


def quarantine_ages(now: datetime) -> dict[str, Any]:
    """Lots in quarantine by age and kind, since they were received or made."""
    rows = _rows(
        f"""select kind as name, {_age("creation")} as age, count(*) as number from `tabMaterial Lot`
        where state = 'Quarantine'{only_open("Material Lot")} group by kind, age""",
        **_edges(now),
    )
    return _answer("age", AGE_NAMES, _by_age(rows, sorted({row["name"] for row in rows})))


def release_waiting(now: datetime) -> dict[str, Any]:
    """How long lots waited for their release: the median of each week in days, of the newest releases."""
    rows = _rows(
        f"""select released_at, (select max(i.event_time) from `tabTrace Event Item` i
            where i.lot = `tabLot Release`.lot and i.state_after = 'Awaiting Release'
            and i.event_time <= `tabLot Release`.released_at) as waited_from
        from `tabLot Release` where docstatus > 0 and released_at >= %(since)s{only_open("Lot Release")}
        order by released_at desc limit {MOST_RELEASES}""",
        since=_monday(now, WEEKS),
    )
    weeks: dict[date, list[float]] = defaultdict(list)
    for row in rows:
        if row["waited_from"]:
            released = get_datetime(row["released_at"])
            waited = released - get_datetime(row["waited_from"])
            weeks[_monday_of(released.date())].append(waited.total_seconds() / 86_400)
    days = [round(median(weeks[week]), 2) if weeks.get(week) else None for week in _mondays(now)]
    counts = [len(weeks.get(week, ())) for week in _mondays(now)]
    return _answer("week", _mondays(now), {"Days": days}) | {"counts": counts, "total": sum(counts)}


def machine_yield(now: datetime) -> dict[str, Any]:
    """Good, reworked and scrapped pieces of the last 30 days by equipment; the machines that made most."""
    rows = _rows(
        f"""select equipment as name, sum(quantity_good) as good, sum(quantity_rework) as rework,
            sum(quantity_scrap) as scrap from `tabProcess Record`
        where docstatus = 1 and started_at >= %(since)s and coalesce(equipment, '') <> ''
        {only_open("Process Record")} group by equipment""",
        since=now - timedelta(days=DAYS_OF_YIELD),
    )
    rows.sort(key=lambda row: -(row["good"] or 0))
    shown = rows[:MOST_MACHINES]
    series = {title: [float(row[key] or 0) for row in shown] for title, key in _PIECES}
    return _answer("name", [row["name"] for row in shown], series) | {"more": len(rows) - len(shown)}


_PIECES = (("Good", "good"), ("Rework", "rework"), ("Scrap", "scrap"))


def recall_progress(now: datetime) -> dict[str, Any]:
    """Of each open recall, what is accounted for and what is outstanding of all that was shipped."""
    rows = _rows(
        f"""select name, title, quantity_shipped as shipped, quantity_outstanding as outstanding from `tabRecall`
        where workflow_state = 'Initiated' order by initiated_at desc limit {MOST_RECALLS}"""
    )
    hidden = closed("Recall", [row["name"] for row in rows])
    rows = [row for row in rows if row["name"] not in hidden]
    outstanding = [float(row["outstanding"] or 0) for row in rows]
    settled = [float(row["shipped"] or 0) - open_ for row, open_ in zip(rows, outstanding, strict=True)]
    names = [row["name"] for row in rows]
    found = _answer("name", names, {"Accounted for": settled, "Outstanding": outstanding})
    return found | {"total": len(rows), "titles": [row["title"] for row in rows]}


FIGURES: dict[str, Figure] = {
    "pass_rate": Figure("Inspection Record", pass_rate),
    "ncr_ages": Figure("NCR", ncr_ages),
    "quarantine_ages": Figure("Material Lot", quarantine_ages),
    "release_waiting": Figure("Lot Release", release_waiting),
    "machine_yield": Figure("Process Record", machine_yield),
    "recall_progress": Figure("Recall", recall_progress),
}


# -- the parts they share


def _rows(query: str, **bound: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frappe.db.sql(query, bound, as_dict=True)
    return rows


def _answer(by: str, labels: Iterable[Any], series: Mapping[str, Sequence[float | None]]) -> dict[str, Any]:
    return {
        "by": by,
        "labels": [str(label) for label in labels],
        "series": [{"name": name, "values": list(values)} for name, values in series.items()],
        "total": sum(value or 0 for values in series.values() for value in values),
    }


def _age(column: str) -> str:
    cases = " ".join(f"when {column} >= %(age{place})s then {place}" for place in range(len(AGES)))
    return f"case {cases} else {len(AGES)} end"


def _edges(now: datetime) -> dict[str, datetime]:
    return {f"age{place}": now - timedelta(days=days) for place, days in enumerate(AGES)}


def _by_age(rows: Iterable[dict[str, Any]], names: Sequence[str]) -> dict[str, list[float]]:
    counts = {name: [0.0] * len(AGE_NAMES) for name in names}
    for row in rows:
        if row["name"] in counts:
            counts[row["name"]][int(row["age"])] += row["number"]
    return counts


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _monday(now: datetime, weeks: int) -> date:
    """The Monday so many weeks ago, this week being one of them."""
    return _monday_of(now.date()) - timedelta(weeks=weeks - 1)


def _mondays(now: datetime) -> list[date]:
    return [_monday(now, WEEKS) + timedelta(weeks=number) for number in range(WEEKS)]
