"""Serial and Batch Bundles: made at submit from the batch and the serials on a row, or given with it.

Entries are negative when stock goes out. A cancellation keeps the bundle and takes its name off the row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import flt

if TYPE_CHECKING:
    from erpnext.controllers.stock_controller import StockLine

CONSUMING = ("Manufacture", "Material Issue", "Repack", "Material Consumption for Manufacture")
TINY = 1e-6


class SerialNoWarehouseError(frappe.ValidationError):
    """The serial number is not where it should leave."""


class SerialNoDuplicateError(frappe.ValidationError):
    """The serial number is in stock already."""


class SerialNoExistsInFutureTransactionError(frappe.ValidationError):
    """The serial number moved again afterwards."""


class BatchNegativeStockError(frappe.ValidationError):
    """More of a batch would leave than there is."""


def get_serial_nos(serial_no: str | list[str] | None) -> list[str]:
    """The serial numbers of a row's text field, one per line or separated by commas."""
    if isinstance(serial_no, list):
        return serial_no
    return [part.strip() for part in (serial_no or "").replace(",", "\n").split("\n") if part.strip()]


def post(doc: Any, line: StockLine) -> str | None:
    """The submitted bundle of one line, or None for an item without batch and serial numbers."""
    item = frappe.get_cached_doc("Item", line.row.item_code)
    if not (item.has_batch_no or item.has_serial_no):
        return None
    given = line.row.get(line.bundle_field) if line.bundle_field else None
    bundle = frappe.get_doc("Serial and Batch Bundle", given) if given else _new_bundle(doc, line, item)
    _check_quantity(bundle, line)
    _complete(bundle, doc, line)
    bundle.flags.ignore_permissions = True  # the voucher's own permission was checked
    bundle.flags.ignore_links = True
    bundle.submit()
    _move_serials(bundle, doc, line)
    _check_batches(bundle, line)
    if line.bundle_field:
        line.row.db_set(line.bundle_field, bundle.name)
    return str(bundle.name)


def _new_bundle(doc: Any, line: StockLine, item: Any) -> Any:
    batch_no = _batch_of(doc, line, item) if item.has_batch_no else None
    serials = _serials_of(line, item) if item.has_serial_no else []
    bundle = frappe.new_doc("Serial and Batch Bundle")
    sign = 1 if line.qty > 0 else -1
    if serials:
        entries: list[dict[str, Any]] = [
            {"serial_no": serial, "batch_no": batch_no, "qty": sign} for serial in serials
        ]
    else:
        entries = [{"batch_no": batch_no, "qty": line.qty}]
    for entry in entries:
        bundle.append("entries", entry)
    return bundle


def _batch_of(doc: Any, line: StockLine, item: Any) -> str:
    row = line.row
    if row.batch_no:
        return str(row.batch_no)
    if line.qty < 0 or not item.create_new_batch:
        frappe.throw(
            _("Row #{0}: Please select a Batch No for item {1}").format(row.idx, item.name),
            title=_("Batch Required"),
        )
    batch = frappe.get_doc({"doctype": "Batch", "item": item.name, "supplier": doc.get("supplier")})
    batch.update({"reference_doctype": doc.doctype, "reference_name": doc.name})
    batch.insert(ignore_permissions=True)
    row.db_set("batch_no", batch.name)
    return str(batch.name)


def _serials_of(line: StockLine, item: Any) -> list[str]:
    row = line.row
    serials = get_serial_nos(line.serials if line.serials is not None else row.serial_no)
    if not serials and line.qty > 0 and item.serial_no_series:
        from frappe.model.naming import make_autoname

        serials = [make_autoname(item.serial_no_series, "Serial No") for _number in range(int(line.qty))]
        row.db_set("serial_no", "\n".join(serials))
    if len(serials) != abs(line.qty) or len(set(serials)) != len(serials):
        frappe.throw(
            _("Row #{0}: {1} Serial Nos needed for item {2}, {3} given").format(
                row.idx, flt(abs(line.qty)), item.name, len(set(serials))
            )
        )
    return serials


def _check_quantity(bundle: Any, line: StockLine) -> None:
    total = sum(abs(flt(entry.qty)) for entry in bundle.entries)
    if abs(total - abs(line.qty)) > TINY:
        frappe.throw(
            _("Row #{0}: the Serial and Batch Bundle {1} holds {2}, the row {3}").format(
                line.row.idx, bundle.name, total, abs(line.qty)
            )
        )


def _complete(bundle: Any, doc: Any, line: StockLine) -> None:
    """Whatever the bundle repeats of its voucher."""
    item = frappe.get_cached_doc("Item", line.row.item_code)
    sign = 1 if line.qty > 0 else -1
    for entry in bundle.entries:
        entry.qty = sign * abs(flt(entry.qty))
        entry.warehouse = line.warehouse
        entry.is_outward = int(sign < 0)
        entry.incoming_rate = line.rate
        entry.stock_value_difference = entry.qty * line.rate
    bundle.update(
        {
            "company": doc.company,
            "item_code": item.name,
            "item_name": item.item_name,
            "item_group": item.item_group,
            "has_batch_no": item.has_batch_no,
            "has_serial_no": item.has_serial_no,
            "warehouse": line.warehouse,
            "type_of_transaction": "Inward" if sign > 0 else "Outward",
            "voucher_type": doc.doctype,
            "voucher_no": doc.name,
            "voucher_detail_no": line.row.name,
            "posting_date": doc.posting_date,
            "posting_time": doc.posting_time,
            "is_rejected": int(line.bundle_field == "rejected_serial_and_batch_bundle"),
            "total_qty": line.qty,
            "avg_rate": line.rate,
            "total_amount": line.qty * line.rate,
        }
    )


# -- serial numbers -------------------------------------------------------------


def _move_serials(bundle: Any, doc: Any, line: StockLine) -> None:
    for entry in bundle.entries:
        if not entry.serial_no:
            continue
        known = frappe.db.get_value(
            "Serial No", entry.serial_no, ["name", "item_code", "warehouse", "batch_no"], as_dict=True
        )
        if line.qty > 0:
            _bring_in(entry, known, bundle, doc)
        else:
            _send_out(entry, known, line, doc)


def _bring_in(entry: Any, known: Any, bundle: Any, doc: Any) -> None:
    if known and (known.warehouse or known.item_code != bundle.item_code):
        frappe.throw(
            _("Serial No {0} is already in {1}").format(entry.serial_no, known.warehouse or known.item_code),
            SerialNoDuplicateError,
        )
    values = {"warehouse": entry.warehouse, "status": "Active", "batch_no": entry.batch_no}
    if known:
        frappe.db.set_value("Serial No", known.name, values)
        return
    serial = frappe.get_doc({"doctype": "Serial No", "serial_no": entry.serial_no, **values})
    serial.update({"item_code": bundle.item_code, "company": doc.company, "purchase_document_no": doc.name})
    serial.update({"work_order": doc.get("work_order"), "purchase_rate": entry.incoming_rate})
    serial.insert(ignore_permissions=True)


def _send_out(entry: Any, known: Any, line: StockLine, doc: Any) -> None:
    if not known or known.item_code != line.row.item_code or known.warehouse != line.warehouse:
        frappe.throw(
            _("Row #{0}: Serial No {1} is not in {2}").format(line.row.idx, entry.serial_no, line.warehouse),
            SerialNoWarehouseError,
        )
    if entry.batch_no and known.batch_no and known.batch_no != entry.batch_no:
        frappe.throw(
            _("Row #{0}: Serial No {1} does not belong to batch {2}").format(
                line.row.idx, entry.serial_no, entry.batch_no
            )
        )
    frappe.db.set_value("Serial No", known.name, {"warehouse": None, "status": _status_out(doc)})


def _status_out(doc: Any) -> str:
    return "Consumed" if doc.get("purpose") in CONSUMING else "Delivered"


# -- batches --------------------------------------------------------------------


def batch_balance(batch_no: str, warehouse: str | None = None) -> float:
    """What is left of a batch by its live bundles, in one warehouse or in all."""
    where, values = "", [batch_no]
    if warehouse:
        where, values = " and entry.warehouse = %s", [batch_no, warehouse]
    found = frappe.db.sql(
        "select sum(entry.qty) from `tabSerial and Batch Entry` entry"
        " join `tabSerial and Batch Bundle` bundle on bundle.name = entry.parent"
        " where bundle.docstatus = 1 and bundle.is_cancelled = 0 and entry.batch_no = %s" + where,
        values,
    )
    return flt(found[0][0])


def _check_batches(bundle: Any, line: StockLine) -> None:
    for batch_no in {entry.batch_no for entry in bundle.entries if entry.batch_no}:
        left = batch_balance(batch_no, line.warehouse)
        if line.qty < 0 and left < -TINY:
            frappe.throw(
                _("Row #{0}: batch {1} of item {2} is short of {3} in {4}").format(
                    line.row.idx, batch_no, line.row.item_code, flt(-left, 6), line.warehouse
                ),
                BatchNegativeStockError,
            )
        frappe.db.set_value("Batch", batch_no, "batch_qty", batch_balance(batch_no), update_modified=False)


# -- cancellation ---------------------------------------------------------------


def _bundles_of(doc: Any) -> list[str]:
    filters = {"voucher_type": doc.doctype, "voucher_no": doc.name, "is_cancelled": 0, "docstatus": 1}
    found: list[str] = frappe.get_all("Serial and Batch Bundle", filters=filters, pluck="name")
    return found


def refuse_later_use(doc: Any) -> None:
    """A voucher whose serials moved again afterwards cannot be cancelled."""
    bundles = _bundles_of(doc)
    if not bundles:
        return
    later = frappe.db.sql(
        "select mine.serial_no, bundle.voucher_no from `tabSerial and Batch Entry` mine"
        " join `tabSerial and Batch Entry` other on other.serial_no = mine.serial_no"
        " and other.creation > mine.creation"
        " join `tabSerial and Batch Bundle` bundle on bundle.name = other.parent"
        " where mine.parent in %(bundles)s and bundle.name not in %(bundles)s"
        " and bundle.docstatus = 1 and bundle.is_cancelled = 0",
        {"bundles": tuple(bundles)},
        as_dict=True,
    )
    if later:
        frappe.throw(
            _("Serial No {0} moved later with {1}; cancel that first").format(
                later[0].serial_no, later[0].voucher_no
            ),
            SerialNoExistsInFutureTransactionError,
        )


def delink(doc: Any) -> None:
    """Marks the bundles as cancelled and takes batch, serials and bundle off the rows."""
    bundles = _bundles_of(doc)
    for name in bundles:
        frappe.db.set_value("Serial and Batch Bundle", name, "is_cancelled", 1)
    fields = ("serial_and_batch_bundle", "rejected_serial_and_batch_bundle", "batch_no", "serial_no")
    for row in doc.items:
        if row.get("serial_and_batch_bundle") or row.get("rejected_serial_and_batch_bundle"):
            row.db_set({field: None for field in fields if row.meta.has_field(field)})
    for name in bundles:
        _settle(frappe.get_doc("Serial and Batch Bundle", name))


def _settle(bundle: Any) -> None:
    """Serials and batches as the remaining bundles say."""
    for entry in bundle.entries:
        if entry.serial_no:
            _settle_serial(entry.serial_no)
    for batch_no in {entry.batch_no for entry in bundle.entries if entry.batch_no}:
        left = batch_balance(batch_no)
        if left < -TINY:
            frappe.throw(
                _("Batch {0} would be short of {1}; cancel what used it first").format(
                    batch_no, flt(-left, 6)
                ),
                BatchNegativeStockError,
            )
        frappe.db.set_value("Batch", batch_no, "batch_qty", left, update_modified=False)


def _settle_serial(serial_no: str) -> None:
    last = frappe.db.sql(
        "select entry.qty, entry.warehouse, bundle.voucher_type, bundle.voucher_no"
        " from `tabSerial and Batch Entry` entry"
        " join `tabSerial and Batch Bundle` bundle on bundle.name = entry.parent"
        " where entry.serial_no = %s and bundle.docstatus = 1 and bundle.is_cancelled = 0"
        " order by entry.creation desc, bundle.creation desc limit 1",
        (serial_no,),
        as_dict=True,
    )
    values: dict[str, Any] = {"warehouse": None, "status": "Inactive"}
    if last and last[0].qty > 0:
        values = {"warehouse": last[0].warehouse, "status": "Active"}
    elif last:
        values["status"] = _status_out(frappe.get_doc(last[0].voucher_type, last[0].voucher_no))
    frappe.db.set_value("Serial No", serial_no, values)
