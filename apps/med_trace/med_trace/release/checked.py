"""What of a lot went as planned, in groups: folded away in the review, there to be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_fullname
from med_trace.domain import genealogy
from med_trace.ledger.links import parents_of
from med_trace.ledger.service import balance_of
from med_trace.ledger.signing import signatures_of
from med_trace.release.facts import SAME_PIECES, lineage

Item = dict[str, str]
SHOWN = 200  # items of a group; its count says how many there are


def checked(lot: str) -> list[dict[str, Any]]:
    """Groups in the order of the work: group, label, count, items [doctype, name, title, detail]."""
    cone = genealogy.backward([lot], parents_of)
    lots = lineage(lot, cone)
    used = sorted({link.parent for link in cone.links if link.type not in SAME_PIECES} - set(lots))
    subjects = {"lots": lots, "used": used, "lot": [lot]}
    groups = []
    for group, (label, of, items_of) in _groups().items():
        items = list(items_of(subjects[of])) if subjects[of] else []
        groups.append({"group": group, "label": label, "count": len(items), "items": items[:SHOWN]})
    return groups


def _groups() -> dict[str, tuple[str, str, Callable[[Sequence[str]], Iterator[Item]]]]:
    return {
        "materials": (_("Materials"), "used", _materials),
        "certificates": (_("Certificates"), "used", _certificates),
        "operations": (_("Operations"), "lots", _operations),
        "parameters": (_("Readings within limits"), "lots", _parameters),
        "equipment": (_("Equipment"), "lots", _equipment),
        "people": (_("People"), "lots", _people),
        "inspections": (_("Inspections"), "lots", _inspections),
        "signatures": (_("Approvals that it rests on"), "lots", _signatures),
        "quantities": (_("Quantities"), "lot", _quantities),
    }


def _item(doctype: str, name: str, title: str, detail: str = "") -> Item:
    return {"doctype": doctype, "name": name, "title": title, "detail": detail}


def _materials(lots: Sequence[str]) -> Iterator[Item]:
    fields = ["name", "item_name", "item_code", "state", "supplier_lot", "heat_no"]
    for row in frappe.get_all(
        "Material Lot", filters={"name": ["in", lots]}, fields=fields, order_by="name asc"
    ):
        detail = ", ".join(filter(None, [_(row.state or ""), row.supplier_lot, row.heat_no]))
        yield _item("Material Lot", row.name, f"{row.name}: {row.item_name or row.item_code}", detail)


def _certificates(lots: Sequence[str]) -> Iterator[Item]:
    fields = ["name", "certificate", "certificate_no"]
    for row in frappe.get_all(
        "Material Lot", filters={"name": ["in", lots]}, fields=fields, order_by="name asc"
    ):
        if row.certificate or row.certificate_no:
            yield _item("Material Lot", row.name, row.name, row.certificate_no or row.certificate)


def _records(lots: Sequence[str]) -> list[Any]:
    fields = [
        "name",
        "lot",
        "operation_no",
        "operation_name",
        "equipment",
        "tool",
        "operator",
        "quantity_good",
    ]
    return frappe.get_all(
        "Process Record",
        filters={"lot": ["in", lots], "docstatus": 1},
        fields=[*fields, "finished_at"],
        order_by="operation_no asc, finished_at asc, name asc",
    )


def _operations(lots: Sequence[str]) -> Iterator[Item]:
    for row in _records(lots):
        detail = f"{row.lot}, {float(row.quantity_good or 0):.9g}, {row.finished_at or ''}"
        yield _item("Process Record", row.name, f"{row.operation_no} {_(row.operation_name or '')}", detail)


def _parameters(lots: Sequence[str]) -> Iterator[Item]:
    """One line a record: which of its readings were within their limits."""
    records = {row.name: row for row in _records(lots)}
    rows = frappe.get_all(
        "Process Parameter",
        filters={"parent": ["in", sorted(records)], "judgement": "OK"},
        fields=["parent", "parameter"],
        order_by="parent asc, idx asc",
    )
    within: dict[str, list[str]] = {}
    for row in rows:
        within.setdefault(row.parent, []).append(row.parameter)
    for name, record in records.items():
        if name in within:
            title = f"{record.operation_no} {_(record.operation_name or '')}"
            yield _item("Process Record", name, title, ", ".join(within[name]))


def _equipment(lots: Sequence[str]) -> Iterator[Item]:
    used = Counter(
        (doctype, row.get(field))
        for row in _records(lots)
        for doctype, field in (("Workstation", "equipment"), ("Tool", "tool"))
        if row.get(field)
    )
    for (doctype, name), count in sorted(used.items()):
        yield _item(doctype, name, name, _("{0} operations").format(count))


def _people(lots: Sequence[str]) -> Iterator[Item]:
    worked = Counter(row.operator for row in _records(lots) if row.operator)
    for user, count in sorted(worked.items()):
        yield _item("User", user, get_fullname(user) or user, _("{0} operations").format(count))


def _inspections(lots: Sequence[str]) -> Iterator[Item]:
    rows = frappe.get_all(
        "Inspection Record",
        filters={"lot": ["in", lots], "docstatus": 1, "verdict": "Accepted"},
        fields=["name", "plan", "stage", "inspector", "inspected_at"],
        order_by="inspected_at asc, name asc",
    )
    for row in rows:
        yield _item(
            "Inspection Record", row.name, f"{_(row.stage or '')}: {row.plan}", str(row.inspected_at or "")
        )


def _signatures(lots: Sequence[str]) -> Iterator[Item]:
    routings = frappe.get_all(
        "Material Lot",
        filters={"name": ["in", lots], "routing": ["is", "set"]},
        pluck="routing",
        distinct=True,
    )
    plans = frappe.get_all(
        "Inspection Record", filters={"lot": ["in", lots], "docstatus": 1}, pluck="plan", distinct=True
    )
    documents = [("Process Routing", name) for name in routings] + [
        ("Inspection Plan", name) for name in plans
    ]
    for doctype, name in documents:
        for row in signatures_of(doctype, name):
            if row["valid"]:
                yield _item(
                    doctype,
                    name,
                    f"{name}: {_(row['meaning'])}",
                    f"{row['printed_name']}, {row['signed_at']}",
                )


def _quantities(lots: Sequence[str]) -> Iterator[Item]:
    """The balance of the lot, when it closes."""
    for lot in lots:
        balance = balance_of(lot)
        if not balance.gaps:
            made, on_hand = f"{float(balance.made):.9g}", f"{float(balance.on_hand):.9g}"
            yield _item(
                "Material Lot",
                lot,
                _("The quantities close"),
                _("made {0}, on hand {1}").format(made, on_hand),
            )
