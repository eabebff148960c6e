"""Builds what tests and stories start from: one builder a noun, each makes only what it is asked for.

Every name is new, so that tests share nothing. Works on any site: company and warehouses are made where
they are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime, nowdate
from frappe.utils.password import update_password

COMPANY, ABBR = "Trace Works", "TW"
PASSWORD = "Blue-harbour-42!"


def unique(prefix: str) -> str:
    """A name that nothing else has."""
    return f"{prefix}-{frappe.generate_hash(length=8).upper()}"


def insert(doctype: str, **values: Any) -> Document:
    """A new document, saved."""
    return frappe.get_doc({"doctype": doctype, **values}).insert()


def ensure(doctype: str, name: str, **values: Any) -> str:
    """The document of that name, made where it is missing (and where the site has such a DocType at all)."""
    if frappe.db.exists("DocType", doctype) and not frappe.db.exists(doctype, name):
        insert(doctype, **values)
    return name


# --- the company -----------------------------------------------------------------------------------------


def a_company() -> str:
    """The company that everything happens in."""
    return ensure(
        "Company", COMPANY, company_name=COMPANY, abbr=ABBR, default_currency="USD", country="United States"
    )


def a_warehouse(name: str = "Stores") -> str:
    """A warehouse of the company, by its short name."""
    a_company()
    return ensure("Warehouse", f"{name} - {ABBR}", warehouse_name=name, company=COMPANY)


def stores() -> str:
    """Where material is kept."""
    return a_warehouse("Stores")


def in_progress() -> str:
    """Where material waits at the machines."""
    return a_warehouse("Work In Progress")


def finished() -> str:
    """Where products are kept."""
    return a_warehouse("Finished Goods")


# --- people ----------------------------------------------------------------------------------------------


def a_user(*roles: str, name: str = "person") -> str:
    """A user with these roles ("Quality" is enough for "Trace Quality") and the password PASSWORD."""
    email = f"{unique(name).lower()}@example.com"
    user = frappe.get_doc(
        {
            "doctype": "User",
            "email": email,
            "first_name": name.title(),
            "last_name": email.split("@")[0].split("-")[-1].upper(),
            "send_welcome_email": 0,
            "enabled": 1,
            "roles": [{"role": _role(role)} for role in roles],
        }
    )
    user.insert(ignore_permissions=True)
    update_password(email, PASSWORD)
    return email


def _role(role: str) -> str:
    return f"Trace {role}" if frappe.db.exists("Role", f"Trace {role}") else role


@contextmanager
def as_user(user: str) -> Iterator[None]:
    """Do something as somebody else."""
    before = frappe.session.user
    frappe.set_user(user)
    try:
        yield
    finally:
        frappe.set_user(before)


def sign(doc: Document, meaning: str, user: str | None = None, reason: str | None = None) -> str:
    """Sign a document as a person of quality (a new one unless named); returns the signature."""
    from med_trace.ledger.signing import sign as sign_document

    with as_user(user or a_user("Quality")):
        return sign_document(doc.doctype, doc.name, meaning, PASSWORD, reason, frappe.session.user)


# --- masters ---------------------------------------------------------------------------------------------


def a_supplier(is_approved: bool = True, scope: str | None = None) -> str:
    """A supplier, approved for everything (or `scope`) unless asked otherwise."""
    name = insert("Supplier", supplier_name=unique("Mill"), **_link("supplier_group", "Supplier Group")).name
    if is_approved:
        a_qualification("Supplier", name, "Supplier Approval", scope=scope)
    return name


def a_customer(name: str = "Hospital") -> str:
    """A consignee."""
    return insert(
        "Customer",
        customer_name=unique(name),
        **_link("customer_group", "Customer Group"),
        **_link("territory", "Territory"),
    ).name


def _link(field: str, doctype: str) -> dict[str, str]:
    """A value for a link that a site may require: any leaf of that tree."""
    if not frappe.db.exists("DocType", doctype):
        return {}
    name = frappe.db.get_value(doctype, {"is_group": 0})
    return {field: name} if name else {}


def an_item(
    kind: str = "Raw", has_batch_no: int = 1, has_serial_no: int = 0, uom: str = "Nos", **fields: Any
) -> str:
    """A traced item."""
    group = "Raw Material" if kind in ("Raw", "Packaging") else "Products"
    ensure("Item Group", group, item_group_name=group)
    ensure("UOM", uom, uom_name=uom)
    code = unique(kind.upper()[:4])
    return insert(
        "Item",
        **{
            "item_code": code,
            "item_name": f"{kind} {code}",
            "item_group": group,
            "stock_uom": uom,
            "is_stock_item": 1,
            "has_batch_no": has_batch_no,
            "has_serial_no": has_serial_no,
            "valuation_rate": 10,
            "mt_kind": kind,
            **fields,
        },
    ).name


def an_untraced_item() -> str:
    """An item without batches or serial numbers."""
    return an_item("Raw", has_batch_no=0, mt_kind="")


def a_batch(item_code: str, batch_id: str | None = None, **fields: Any) -> str:
    """An ERPNext batch of an item."""
    return insert("Batch", batch_id=batch_id or unique("B"), item=item_code, **fields).name


def a_workstation(kind: str | None = None, is_qualified: bool = True) -> str:
    """A machine of a type, qualified unless asked otherwise."""
    if kind:
        ensure("Workstation Type", kind, workstation_type=kind)
    values = {"workstation_name": unique("MACHINE"), "production_capacity": 1}
    name = insert("Workstation", workstation_type=kind, **values).name
    if is_qualified:
        a_qualification("Workstation", name, "Equipment Qualification")
    return name


def a_tool(tool_type: str = "Mould", cavities: int = 0, is_calibrated: bool = True, **fields: Any) -> str:
    """A tool; a gauge is in calibration unless asked otherwise."""
    tool_id = unique("TOOL")
    insert("Tool", tool_id=tool_id, tool_name=tool_id, tool_type=tool_type, cavities=cavities, **fields)
    if tool_type == "Gauge" and is_calibrated:
        a_qualification("Tool", tool_id, "Calibration")
    return tool_id


def a_qualification(subject_doctype: str, subject: str, kind: str, **fields: Any) -> Document:
    """A qualification that holds from last year on, unless dates are given."""
    values = {"valid_from": a_year_ago(), "status": "Approved", **fields}
    return insert("Qualification", subject_doctype=subject_doctype, subject=subject, kind=kind, **values)


def a_year_ago() -> str:
    """Documents of masters hold since then, so that tests may look back."""
    return add_days(nowdate(), -365)


# --- released documents ----------------------------------------------------------------------------------

AN_OPERATION = {"qualification_required": 0, "training_required": 0, "calibration_required": 0}


def a_routing(
    item_code: str,
    operations: Iterable[Mapping[str, Any] | str] = ("Turning",),
    parameters: Iterable[Mapping[str, Any]] = (),
    is_approved: bool = True,
    name: str | None = None,
    **fields: Any,
) -> Document:
    """A routing revision; operations are numbered 10, 20, ... and ask for nothing unless they say so."""
    routing = insert(
        "Process Routing",
        routing_name=name or unique("ROUTE"),
        item_code=item_code,
        operations=[
            {"operation_no": 10 * number, **AN_OPERATION, **_operation(operation)}
            for number, operation in enumerate(operations, start=1)
        ],
        parameters=[{"operation_no": 10, **parameter} for parameter in parameters],
        **{"revision": "A", "effective_from": a_year_ago(), **fields},
    )
    return _approved(routing) if is_approved else routing


def _operation(operation: Mapping[str, Any] | str) -> Mapping[str, Any]:
    return {"operation_name": operation} if isinstance(operation, str) else operation


LENGTH = {
    "characteristic": "Length",
    "kind": "Variable",
    "uom": "mm",
    "lower_limit": "9.9",
    "upper_limit": "10.1",
}
LOOK = {"characteristic": "Appearance", "kind": "Attribute"}


def a_plan(
    item_code: str,
    stage: str = "Incoming",
    characteristics: Iterable[Mapping[str, Any]] = (LENGTH, LOOK),
    is_approved: bool = True,
    name: str | None = None,
    **fields: Any,
) -> Document:
    """An inspection plan revision of fixed samples of one, unless a characteristic says otherwise."""
    plan = insert(
        "Inspection Plan",
        plan_name=name or unique("PLAN"),
        item_code=item_code,
        stage=stage,
        characteristics=[{"sample_rule": "Fixed", "sample_size": 1, **row} for row in characteristics],
        **{"revision": "A", "effective_from": a_year_ago(), **fields},
    )
    return _approved(plan) if is_approved else plan


def _approved(doc: Document) -> Document:
    sign(doc, "Approved")
    return frappe.get_doc(doc.doctype, doc.name)


# --- receiving -------------------------------------------------------------------------------------------


def a_receipt(
    item_code: str | None = None,
    qty: float = 10,
    batch: str | None = None,
    supplier: str | None = None,
    rows: Sequence[Mapping[str, Any]] | None = None,
    is_submitted: bool = True,
    warehouse: str | None = None,
    doctype: str = "Purchase Receipt",
    header: Mapping[str, Any] | None = None,
    **row: Any,
) -> Document:
    """A Purchase Receipt of one row (its values as keywords) or of `rows`."""
    if rows is None:
        item_code = item_code or an_item()
        has_batch = frappe.db.get_value("Item", item_code, "has_batch_no")
        batch = batch or (a_batch(item_code) if has_batch else None)
        rows = [{"item_code": item_code, "qty": qty, "batch_no": batch, **row}]
    place = warehouse or stores()
    receipt = frappe.get_doc(
        {
            "doctype": doctype,
            "supplier": supplier or a_supplier(),
            "company": a_company(),
            "set_warehouse": place,
            **(header or {}),
            "items": [{"rate": 50, "warehouse": place, "use_serial_batch_fields": 1, **one} for one in rows],
        }
    )
    receipt.insert()
    return receipt.submit() or receipt if is_submitted else receipt


def a_received_lot(item_code: str | None = None, qty: float = 10, **fields: Any) -> str:
    """A lot in quarantine, as a Purchase Receipt leaves it."""
    receipt = a_receipt(item_code, qty, **fields)
    return lot_of(
        receipt.items[0].batch_no
        or frappe.db.get_value("Purchase Receipt Item", receipt.items[0].name, "batch_no")
    )


def lot_of(batch: str) -> str:
    """The lot of an ERPNext batch."""
    return frappe.db.get_value("Material Lot", {"batch": batch})


def an_accepted_lot(item_code: str | None = None, qty: float = 10, **fields: Any) -> str:
    """A received lot that may be used."""
    from med_trace.receiving.service import accept

    lot = a_received_lot(item_code, qty, **fields)
    accept(lot)
    return lot


# --- stock entries ---------------------------------------------------------------------------------------


def a_stock_entry(
    purpose: str, rows: Sequence[Mapping[str, Any]], is_submitted: bool = True, **fields: Any
) -> Document:
    """A Stock Entry of rows with item_code, qty, s_warehouse, t_warehouse, batch_no, serial_no."""
    entry = frappe.get_doc(
        {
            "doctype": "Stock Entry",
            "stock_entry_type": purpose,
            "purpose": purpose,
            "company": a_company(),
            **fields,
            "items": [{"use_serial_batch_fields": 1, **row} for row in rows],
        }
    )
    entry.insert()
    return entry.submit() or entry if is_submitted else entry


def taking(lot: str, qty: float, warehouse: str | None = None, **row: Any) -> dict[str, Any]:
    """A Stock Entry row that takes from a lot's batch."""
    batch, item_code = frappe.db.get_value("Material Lot", lot, ["batch", "item_code"])
    return {
        "item_code": item_code,
        "qty": qty,
        "batch_no": batch,
        "s_warehouse": warehouse or stores(),
        **row,
    }


def making(
    item_code: str, qty: float, batch: str | None = None, warehouse: str | None = None, **row: Any
) -> dict[str, Any]:
    """A Stock Entry row that puts a product on stock."""
    return {
        "item_code": item_code,
        "qty": qty,
        "batch_no": batch,
        "t_warehouse": warehouse or finished(),
        "is_finished_item": 1,
        **row,
    }


def a_manufacture(rows: Sequence[Mapping[str, Any]], **fields: Any) -> Document:
    """A Manufacture entry without a Work Order."""
    made = sum(row["qty"] for row in rows if row.get("is_finished_item"))
    return a_stock_entry("Manufacture", rows, fg_completed_qty=made, **fields)


# --- production and inspection ---------------------------------------------------------------------------


def a_started_lot(item_code: str, **fields: Any) -> str:
    """A lot that is about to run through its item's approved routing."""
    from med_trace.production.service import start_lot

    return start_lot(item_code, lot_no=fields.pop("lot_no", None) or unique("LOT"), **fields)


def a_process_record(lot: str, operation_no: int = 10, is_submitted: bool = True, **fields: Any) -> Document:
    """A record of one operation; 10 good pieces unless quantities are given."""
    if not any(field.startswith("quantity_") for field in fields):
        fields["quantity_good"] = 10
    record = insert("Process Record", lot=lot, operation_no=operation_no, **fields)
    return record.submit() or record if is_submitted else record


def an_inspection(
    lot: str,
    plan: Document | str,
    results: Sequence[Mapping[str, Any]] | None = None,
    is_submitted: bool = True,
    **fields: Any,
) -> Document:
    """An inspection that passes unless `results` are given."""
    plan = frappe.get_doc("Inspection Plan", plan) if isinstance(plan, str) else plan
    record = insert("Inspection Record", lot=lot, plan=plan.name, results=results or passing(plan), **fields)
    return record.submit() or record if is_submitted else record


def passing(plan: Document) -> list[dict[str, Any]]:
    """One result per characteristic and sample that passes."""
    results = []
    for row in plan.characteristics:
        limit = float(row.lower_limit or row.upper_limit or 0)
        given = {"attribute": "Pass"} if row.kind == "Attribute" else {"value": limit}
        for sample in range(1, (row.sample_size or 1) + 1):
            results.append({"characteristic": row.characteristic, "sample_no": sample, **given})
    return results


# --- reading back ----------------------------------------------------------------------------------------


def state_of(lot: str) -> str:
    """The lot's state."""
    return frappe.db.get_value("Material Lot", lot, "state")


def on_hand(lot: str) -> float:
    """What is on hand of the lot."""
    return float(frappe.db.get_value("Material Lot", lot, "on_hand"))


def blocked(lot: str) -> float:
    """What is on hand and not free to use."""
    return float(frappe.db.get_value("Material Lot", lot, "blocked"))


def events_of(lot: str, event_type: str | None = None) -> list[str]:
    """The names of the events that name the lot, oldest first."""
    names = frappe.get_all(
        "Trace Event Item", filters={"lot": lot, "parenttype": "Trace Event"}, pluck="parent"
    )
    asked: dict[str, Any] = {"name": ["in", names]}
    if event_type:
        asked["event_type"] = event_type
    return frappe.get_all("Trace Event", filters=asked, order_by="creation asc", pluck="name")


def links_into(lot: str) -> set[str]:
    """The lots that this lot was made from, one step back."""
    from med_trace.ledger.links import parents_of

    return {link.parent for link in parents_of([lot])}


def links_out_of(lot: str) -> set[str]:
    """The lots made from this lot, one step on."""
    from med_trace.ledger.links import children_of

    return {link.child for link in children_of([lot])}


def long_ago(days: int = 1) -> Any:
    """A moment in the past."""
    return now_datetime() - timedelta(days=days)


# --- release, distribution, recall -----------------------------------------------------------------------


def a_made_lot(
    item_code: str | None = None,
    qty: float = 10,
    serials: Sequence[str] = (),
    used: Sequence[str] = (),
    batch: Mapping[str, Any] | None = None,
    **fields: Any,
) -> str:
    """A finished lot that awaits release, made by a Manufacture entry from `used` lots (one new raw lot)."""
    item_code = item_code or an_item("Finished", has_serial_no=1 if serials else 0, **fields)
    number = a_batch(item_code, **(batch or {}))
    rows = [taking(lot, 1) for lot in used or [an_accepted_lot()]]
    pieces = {"serial_no": "\n".join(serials)} if serials else {}
    a_manufacture([*rows, making(item_code, len(serials) or qty, number, **pieces)])
    return lot_of(number)


def a_lot_release(lot: str, is_signed: bool = True, user: str | None = None) -> Document:
    """The release of a lot, signed as often as the lot asks for."""
    release = insert("Lot Release", lot=lot)
    for _ in range(release.signatures_required if is_signed else 0):
        sign(release, "Released", user)
    return frappe.get_doc("Lot Release", release.name)


def a_released_lot(*args: Any, **fields: Any) -> str:
    """A finished lot that may be shipped; arguments as for a_made_lot."""
    lot = a_made_lot(*args, **fields)
    a_lot_release(lot)
    return lot


def a_delivery(
    lot: str,
    qty: float = 1,
    customer: str | None = None,
    serials: Sequence[str] = (),
    is_submitted: bool = True,
    doctype: str = "Delivery Note",
    **fields: Any,
) -> Document:
    """A Delivery Note of one row that sends pieces of a lot to a customer."""
    batch, item_code = frappe.db.get_value("Material Lot", lot, ["batch", "item_code"])
    row: dict[str, Any] = {
        "item_code": item_code,
        "qty": len(serials) or qty,
        "rate": 100,
        "batch_no": batch,
        "warehouse": finished(),
        "use_serial_batch_fields": 1,
    }
    if serials:
        row["serial_no"] = "\n".join(serials)
    delivery = frappe.get_doc(
        {
            "doctype": doctype,
            "customer": customer or a_customer(),
            "company": a_company(),
            "items": [row],
            **fields,
        }
    )
    delivery.insert()
    return delivery.submit() or delivery if is_submitted else delivery


def a_return(delivery: Document, qty: float = 1, serials: Sequence[str] = ()) -> Document:
    """What comes back of a one-row Delivery Note."""
    sent = frappe.get_doc(delivery.doctype, delivery.name).items[0]
    row = {
        "item_code": sent.item_code,
        "qty": -(len(serials) or qty),
        "rate": sent.rate,
        "batch_no": sent.batch_no,
        "warehouse": sent.warehouse,
        "dn_detail": sent.name,
        "use_serial_batch_fields": 1,
    }
    if serials:
        row["serial_no"] = "\n".join(serials)
    back = frappe.get_doc(
        {
            "doctype": delivery.doctype,
            "customer": delivery.customer,
            "company": delivery.company,
            "is_return": 1,
            "return_against": delivery.name,
            "items": [row],
        }
    )
    back.insert()
    return back.submit() or back


def a_recall(*criteria: Mapping[str, Any], is_scoped: bool = True, **fields: Any) -> Document:
    """A recall of these criteria, its scope built unless asked otherwise."""
    from med_trace.recall.service import build_scope

    values = {"title": unique("Recall"), "recall_class": "II", "reason": "Found cracked", **fields}
    recall = insert("Recall", criteria=list(criteria), **values)
    if is_scoped:
        build_scope(recall)
    return frappe.get_doc("Recall", recall.name)


def an_initiated_recall(*criteria: Mapping[str, Any], **fields: Any) -> Document:
    """A recall that is under way."""
    recall = a_recall(*criteria, **fields)
    sign(recall, "Initiated", a_user("Regulatory"))
    return frappe.get_doc("Recall", recall.name)
