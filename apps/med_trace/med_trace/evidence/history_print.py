"""The lot history file as a PDF: puts the plain data of `history.py` into the order and words of a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from frappe import _
from med_trace.evidence.people import Names
from med_trace.evidence.printing import as_pdf, escaped, moment, number, speaking

_ACCOUNT = (
    ("Made", "made"),
    ("Approved", "approved_for_distribution"),
    ("On hand", "on_hand"),
    ("Shipped", "shipped"),
    ("Returned", "returned"),
    ("Consumed", "consumed"),
    ("Scrapped", "scrapped"),
    ("Sampled", "sampled"),
    ("Moved on", "moved_on"),
    ("Sent back", "returned_to_supplier"),
    ("Corrected", "corrected"),
    ("Difference", "difference"),
)
IN_TABLE = 200  # materials; of more, a line each costs a third of the time and of the pages
_ALWAYS = ("made", "approved_for_distribution", "on_hand", "shipped", "difference")
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?$")
_TAIL = re.compile(r"^(.*?)(\d+)$")


def history_pdf(history: dict[str, Any], language: str, made_at: str, printed_line: str) -> bytes:
    """`printed_line`: who printed it when, or as of which seal; `made_at`: the date that the PDF itself carries."""
    with speaking(language):
        context = _context(history, printed_line)
    return as_pdf("history.html", language, made_at, **context)


def _context(history: dict[str, Any], printed_line: str) -> dict[str, Any]:
    lot = history["lot"]
    title = f"{_('Lot history file')} {lot['name']}"
    supplier = Names("Supplier", [lot["supplier"]])[lot["supplier"]]
    changes = [_shown_change(row) for row in history["changes"]]
    own = {"operations": _own(history["operations"]), "inspections": _own(history["inspections"])}
    return {
        **history,
        **own,
        "other_operations": len(history["operations"]) - len(own["operations"]),
        "lot": lot | {"supplier_name": supplier},
        "changes": changes,
        "marks": _marks(history["changes"]),
        "zone": history["time_zone"],
        "title": title,
        "running_title": f"{title}   {lot['item_name'] or lot['item_code']}",
        "printed_line": printed_line,
        "verdicts": _verdicts(history),
        "account": _account(history["quantities"]),
        "signed_by": _signed_by(history["signatures"]),
        "record_meta": _record_meta,
        "folded_materials": _folded_materials,
        "folded_results": _folded_results,
        "ncr_texts": _ncr_texts,
        "ranges": ranges,
        "in_table": IN_TABLE,
    }


def _own(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for record in records if record["own"]]


def _verdicts(history: dict[str, Any]) -> list[dict[str, str]]:
    """What a reviewer looks for first."""
    released = [row for row in history["releases"] if row["own"] and row["workflow_state"] == "Released"]
    still_open = [row for row in history["nonconformances"] if row["workflow_state"] != "Closed"]
    broken = [row for row in history["signatures"] if not row["valid"]]
    changed, account = len(history["changes"]), history["quantities"]
    return [
        _verdict(
            _("Approved for distribution"),
            number(account["approved_for_distribution"]) if released else _("No"),
            "good" if released else "look",
        ),
        _verdict(_("Values changed"), str(changed) if changed else _("None"), "look" if changed else "good"),
        _verdict(
            _("Open nonconformances"),
            str(len(still_open)) if still_open else _("None"),
            "bad" if still_open else "good",
        ),
        _verdict(
            _("Signatures"),
            _("{0} broken").format(len(broken)) if broken else _("All hold"),
            "bad" if broken else "good",
        ),
        _verdict(
            _("Quantities"),
            _("Balanced") if account["closes"] else _("Not balanced"),
            "good" if account["closes"] else "bad",
        ),
    ]


def _verdict(label: str, value: str, look: str) -> dict[str, str]:
    return {"label": label, "value": value, "look": look}


def _account(quantities: dict[str, Any]) -> list[list[Any]]:
    return [[_(label), quantities[key]] for label, key in _ACCOUNT if quantities[key] or key in _ALWAYS]


def _signed_by(signatures: list[dict[str, Any]]) -> Callable[[str, str], list[dict[str, Any]]]:
    def of(doctype: str, name: str) -> list[dict[str, Any]]:
        return [
            escaped(row)
            for row in signatures
            if (row["document_type"], row["document_name"]) == (doctype, name)
        ]

    return of


# -- the marks of changed values


def _marks(changes: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Where the triangle stands: "DocType|name|field" -> the numbers of the changes."""
    marks: dict[str, list[int]] = {}
    for position, row in enumerate(changes, start=1):
        table = row["field"].split("[")[0]
        for path in {row["field"], table} if row["field"].split("]")[-1] == "" else {row["field"]}:
            marks.setdefault(f"{row['document_type']}|{row['document_name']}|{path}", []).append(position)
    return marks


def _shown_change(row: dict[str, Any]) -> dict[str, Any]:
    label = " / ".join(_(part) if not part.isdigit() else part for part in row["label"].split(" / "))
    return row | {"shown_label": label, "shown_old": shown(row["old"]), "shown_new": shown(row["new"])}


def shown(value: Any) -> str:
    """A value of a change as a person reads it; a whole row as its fields."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(item)}" for key, item in value.items() if item not in (None, ""))
    if isinstance(value, list):
        return "; ".join(shown(item) for item in value)
    return "" if value is None else _MOMENT.sub(r"\1 \2", str(value))


# -- records in few lines; these are given escaped rows, as the template has them


def _record_meta(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    scrap = [("Scrap", "quantity_scrap"), ("Rework", "quantity_rework"), ("Sampled", "quantity_sampled")]
    return [
        (_("Equipment"), record["equipment"], "equipment"),
        (_("Tool"), record["tool_name"], "tool"),
        (_("Operator"), record["operator_name"], "operator"),
        (_("Shift"), record["shift"] and _(record["shift"]), "shift"),
        (_("From"), moment(record["started_at"]), "started_at"),
        (_("To"), moment(record["finished_at"]), "finished_at"),
        (_("Good"), number(record["quantity_good"]), "quantity_good"),
        *((_(label), record[key] and number(record[key]), key) for label, key in scrap),
        (_("Rework NCR"), record["rework_ncr"], "rework_ncr"),
    ]


def _folded_materials(record: dict[str, Any]) -> list[str]:
    """Each lot once: what was used of it, and which units."""
    lots: dict[str, dict[str, Any]] = {}
    for row in record["materials"]:
        one = lots.setdefault(row["lot"], {"quantity": 0.0, "uom": row["uom"], "units": []})
        one["quantity"] += float(row["quantity"] or 0)
        one["units"] += [row["serial_unit"]] if row["serial_unit"] else []
    return [
        f"{lot} {number(one['quantity'])} {_(one['uom'] or '')}"
        + (f" ({', '.join(ranges(one['units']))})" if one["units"] else "")
        for lot, one in lots.items()
    ]


def _folded_results(record: dict[str, Any]) -> list[dict[str, Any]]:
    """A line for each characteristic with the results of all its samples."""
    lines: dict[str, dict[str, Any]] = {}
    for row in record["results"]:
        line = lines.setdefault(row["characteristic"], {**row, "samples": [], "gauges": []})
        if row["gauge"] and row["gauge"] not in line["gauges"]:
            line["gauges"].append(row["gauge"])
        attribute = row["kind"] == "Attribute"
        line["samples"].append(
            {
                "label": row["serial_unit"] or f"{row['sample_no']}",
                "value": _(row["attribute"] or "–") if attribute else number(row["value"]),
                "failed": row["verdict"] == "Fail",
                "path": f"results[{row['idx']}].{'attribute' if attribute else 'value'}",
            }
        )
    return list(lines.values())


def _ncr_texts(ncr: dict[str, Any]) -> list[tuple[str, str, str]]:
    texts = (("Description", "description"), ("Containment", "containment"), ("Evaluation", "evaluation"))
    return [(_(label), ncr[key], key) for label, key in texts]


def ranges(names: list[str]) -> list[str]:
    """Numbers that follow one another in short: S-001, S-002, S-003 -> "S-001 – S-003"."""
    runs: list[list[str]] = []
    for name in names:
        if runs and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    return [" – ".join((run[0], run[-1])) if len(run) > 2 else ", ".join(run) for run in runs]


def _follows(before: str, name: str) -> bool:
    one, two = _TAIL.match(before), _TAIL.match(name)
    if not one or not two or one[1] != two[1] or len(one[2]) != len(two[2]):
        return False
    return int(two[2]) == int(one[2]) + 1
