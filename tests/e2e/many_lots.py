"""Writes a trace of 10 000 lots into an open site, as the ledger would have left it. For pictures and clocks only.

One resin lot, moulded on eight machines, assembled in three generations and shipped to 120 hospitals; with
inspections, NCRs, holds and readings out of their limits on the way. Called in a site's `sites` folder:

    python many_lots.py SITE [LOTS]
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ROOT = "RES-BIG"
START = datetime(2026, 1, 5, 6)
WHO = "Administrator"
# Generation: item, name, kind, share of the lots, prefix.
GENERATIONS = (
    (("BIG-BODY", "Connector body", "Component"), 0.05, "BD"),
    (("BIG-VALVE", "Check valve", "Component"), 0.15, "VA"),
    (("BIG-SET", "Infusion set", "WIP"), 0.25, "IS"),
    (("BIG-KIT", "Infusion kit, sterile", "Finished"), 0.55, "KT"),
)
STATES = (
    ("Released",) * 90 + ("On Hold",) * 4 + ("Rejected",) * 2 + ("Recalled",) * 2 + ("Awaiting Release",) * 2
)
STANDARD = "creation modified owner modified_by docstatus".split()


@dataclass
class Tables:
    """Rows of each DocType until they are written together."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, doctype: str, name: str, at: datetime, docstatus: int = 1, **values: Any) -> None:
        standard = {"creation": at, "modified": at, "owner": WHO, "modified_by": WHO, "docstatus": docstatus}
        self.rows.setdefault(doctype, []).append({"name": name, **standard, **values})

    def write(self) -> None:
        import frappe

        for doctype, rows in self.rows.items():
            columns = list(dict.fromkeys(key for row in rows for key in row))
            values = [tuple(row.get(column) for column in columns) for row in rows]
            frappe.db.bulk_insert(doctype, columns, values, chunk_size=500)
        frappe.db.commit()


def load(lots: int = 10_000) -> None:
    chance, tables = random.Random(4), Tables()
    tables.add("Supplier", "Polymer Works", START, 0, supplier_name="Polymer Works")
    for number in range(120):
        tables.add("Customer", f"Hospital {number:03d}", START, 0, customer_name=f"Hospital {number:03d}")
    for number in range(8):
        tables.add(
            "Workstation", f"BIG-MOULD-{number + 1}", START, 0, workstation_name=f"BIG-MOULD-{number + 1}"
        )
    before = [ROOT]
    _lot(tables, ROOT, "Released", START, ("BIG-RESIN", "Polycarbonate, medical", "Raw"), supplier="Polymer Works",
         supplier_lot="PW-55120", expiry_date="2028-01-31", uom="Kg")  # fmt: skip
    _event(tables, "Received", START, [("Receive", ROOT, 900.0)], supplier="Polymer Works")
    for item, share, prefix in GENERATIONS:
        before = list(_generation(tables, chance, before, item, prefix, int((lots - 1) * share)))
    for number, lot in enumerate(before):
        at = START + timedelta(days=40, minutes=11 * number)
        _event(
            tables, "Shipped", at, [("Ship", lot, 20.0)], consignee=f"Hospital {chance.randrange(120):03d}"
        )
    tables.write()


def _generation(
    tables: Tables,
    chance: random.Random,
    parents: list[str],
    item: tuple[str, str, str],
    prefix: str,
    count: int,
) -> Iterator[str]:
    level = "BD VA IS KT".split().index(prefix)
    for number in range(count):
        lot, at = f"{prefix}-{number:05d}", START + timedelta(days=1 + 9 * level, minutes=3 * number)
        state, machine = chance.choice(STATES), f"BIG-MOULD-{number % 8 + 1}"
        _lot(tables, lot, state, at, item, expiry_date="2028-06-30")
        used = [("Consume", parents[number * len(parents) // count], 2.0)]
        if number % 5 == 0:
            used.append(("Consume", chance.choice(parents), 1.0))
        rows = [*{row[1]: row for row in used}.values(), ("Produce", lot, 100.0)]
        _event(tables, "Transformed", at, rows, equipment=machine)
        _marks(tables, chance, lot, state, at, machine)
        yield lot


def _marks(tables: Tables, chance: random.Random, lot: str, state: str, at: datetime, machine: str) -> None:
    if chance.random() < 0.3:
        verdict = "Rejected" if state == "Rejected" else "Accepted"
        tables.add("Inspection Record", f"BIG-INSP-{lot}", at, lot=lot, stage="In-process", verdict=verdict,
                   inspector=WHO, inspected_at=at + timedelta(hours=1), quantity=100)  # fmt: skip
    if state in ("On Hold", "Rejected") and chance.random() < 0.5:
        name = f"BIG-NCR-{lot}"
        tables.add("NCR", name, at, 0, title=f"Short shots in {lot}", severity="Major", workflow_state="Open")
        tables.add("NCR Lot", f"{name}-1", at, 0, parent=name, parenttype="NCR", parentfield="lots", idx=1, lot=lot,
                   quantity=100)  # fmt: skip
    if state == "On Hold":
        _event(tables, "Held", at + timedelta(hours=2), [("Hold", lot, 0.0)])
    if chance.random() < 0.02:
        name = f"BIG-PREC-{lot}"
        tables.add("Process Record", name, at, lot=lot, operation_no=10, operation_name="Moulding", equipment=machine,
                   operator=WHO, started_at=at, finished_at=at + timedelta(hours=1))  # fmt: skip
        tables.add("Process Parameter", f"{name}-1", at, parent=name, parenttype="Process Record", idx=1,
                   parentfield="parameters", parameter="Melt temperature", uom="Degree Celsius", value=318,
                   judgement="Warning")  # fmt: skip


def _lot(
    tables: Tables,
    name: str,
    state: str,
    at: datetime,
    item: tuple[str, str, str],
    uom: str = "Nos",
    **more: Any,
) -> None:
    code, title, kind = item
    tables.add("Material Lot", name, at, 0, lot_no=name, item_code=code, item_name=title, kind=kind, state=state,
               uom=uom, quantity=100.0, on_hand=40.0, last_event_at=at, **more)  # fmt: skip


def _event(
    tables: Tables, kind: str, at: datetime, rows: list[tuple[str, str, float]], equipment: str | None = None,
    **more: Any,
) -> None:  # fmt: skip
    name = f"big{len(tables.rows.get('Trace Event', ())):08d}"
    party = {"consignee_name": more["consignee"]} if "consignee" in more else {}
    tables.add(
        "Trace Event",
        name,
        at,
        0,
        event_type=kind,
        event_time=at,
        event_id=name,
        operator=WHO,
        **more,
        **party,
    )
    for idx, (action, lot, quantity) in enumerate(rows, 1):
        effect = {"Receive": quantity, "Produce": quantity, "Hold": 0.0}.get(action, -quantity)
        tables.add("Trace Event Item", f"{name}-{idx}", at, 0, parent=name, parenttype="Trace Event", parentfield="items",
                   idx=idx, action=action, lot=lot, quantity=quantity, uom="Nos", effect=effect, event_type=kind,
                   event_time=at, equipment=equipment, operator=WHO, consignee=more.get("consignee"))  # fmt: skip


if __name__ == "__main__":
    import frappe

    frappe.init(site=sys.argv[1], sites_path=".")
    frappe.connect()
    frappe.set_user(WHO)
    load(int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
