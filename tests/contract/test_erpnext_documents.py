"""ERPNext's stock documents behave as recorded on a real site: bundles, serials, returns, cancellations.

The items here opt out of tracing (`mt_untraced`), so that only ERPNext's own behaviour is seen.
"""

from __future__ import annotations

from typing import Any

import pytest

import frappe
from builders import COMPANY, a_supplier, finished, in_progress, insert, stores, unique
from frappe.model.document import Document


def an_item(**values: Any) -> str:
    defaults = {"item_group": "Raw Material", "stock_uom": "Nos", "is_stock_item": 1, "mt_untraced": 1}
    return str(insert("Item", item_code=unique("ITEM"), **{**defaults, **values}).name)


def a_batch(item: str) -> str:
    return str(insert("Batch", batch_id=unique("B"), item=item).name)


def a_customer() -> str:
    return str(insert("Customer", customer_name=unique("Hospital"), customer_type="Company").name)


def receive(item: str, qty: float, submit: bool = True, **row: Any) -> Document:
    rows = [{"item_code": item, "qty": qty, "rate": 50, "warehouse": stores(), **row}]
    receipt = insert("Purchase Receipt", supplier=a_supplier(), company=COMPANY, items=rows)
    return receipt.submit() if submit else receipt


def deliver(item: str, qty: float, warehouse: str, **row: Any) -> Document:
    rows = [{"item_code": item, "qty": qty, "rate": 500, "warehouse": warehouse, **row}]
    return insert("Delivery Note", customer=a_customer(), company=COMPANY, items=rows).submit()


def move(kind: str, *rows: dict[str, Any], **values: Any) -> Document:
    return insert("Stock Entry", stock_entry_type=kind, company=COMPANY, items=list(rows), **values).submit()


def entries_of(row: Document) -> list[tuple[str | None, str | None, float]]:
    name = frappe.db.get_value(row.doctype, row.name, "serial_and_batch_bundle")
    bundle = frappe.get_doc("Serial and Batch Bundle", name)
    return [(entry.batch_no, entry.serial_no, entry.qty) for entry in bundle.entries]


def quantities_of(voucher: Document) -> list[tuple[str, float]]:
    filters = {"voucher_no": voucher.name, "is_cancelled": 0}
    rows = frappe.get_all("Stock Ledger Entry", filters, ["warehouse", "actual_qty"], order_by="creation")
    return [(row.warehouse, row.actual_qty) for row in rows]


def pieces(item: str, batch: str, count: int) -> list[str]:
    """Makes serialised pieces out of nothing but this item; their serial numbers."""
    serials = [f"{batch}-{number}" for number in range(1, count + 1)]
    row = {"item_code": item, "qty": count, "t_warehouse": finished(), "batch_no": batch}
    move("Material Receipt", {**row, "basic_rate": 10, "serial_no": "\n".join(serials)})
    return serials


def test_receipt_makes_a_bundle_of_the_batch_on_its_row() -> None:
    item = an_item(has_batch_no=1)
    batch = a_batch(item)
    receipt = receive(item, 6, batch_no=batch)
    assert entries_of(receipt.items[0]) == [(batch, None, 6)]
    assert quantities_of(receipt) == [(stores(), 6)]
    bundle = frappe.get_doc("Serial and Batch Bundle", entries_bundle(receipt.items[0]))
    assert (bundle.type_of_transaction, bundle.voucher_no, bundle.docstatus) == ("Inward", receipt.name, 1)


def entries_bundle(row: Document) -> str:
    return str(frappe.db.get_value(row.doctype, row.name, "serial_and_batch_bundle"))


def test_unknown_batch_is_refused() -> None:
    item = an_item(has_batch_no=1)
    with pytest.raises(frappe.LinkValidationError):
        receive(item, 6, batch_no=unique("NONE"))


def test_batch_is_made_where_the_item_asks_for_it() -> None:
    item = an_item(has_batch_no=1, create_new_batch=1)
    receipt = receive(item, 2)
    (entry,) = entries_of(receipt.items[0])
    assert frappe.db.get_value("Batch", entry[0], "item") == item


def test_rows_are_counted_in_the_stock_unit() -> None:
    item = an_item(has_batch_no=1, uoms=[{"uom": "Box", "conversion_factor": 12}])
    batch = a_batch(item)
    receipt = receive(item, 2, batch_no=batch, uom="Box")
    assert receipt.items[0].stock_qty == 24
    assert entries_of(receipt.items[0]) == [(batch, None, 24)]


def test_manufacture_eats_one_batch_and_makes_serialised_pieces() -> None:
    bar, screw = an_item(has_batch_no=1), an_item(has_batch_no=1, has_serial_no=1)
    heat, lot = a_batch(bar), a_batch(screw)
    receive(bar, 6, batch_no=heat)
    serials = [f"{lot}-{number}" for number in (1, 2, 3)]
    entry = move(
        "Manufacture",
        {"item_code": bar, "qty": 2, "s_warehouse": stores(), "batch_no": heat},
        {
            "item_code": screw,
            "qty": 3,
            "t_warehouse": finished(),
            "is_finished_item": 1,
            "batch_no": lot,
            "serial_no": "\n".join(serials),
        },
    )
    assert entries_of(entry.items[0]) == [(heat, None, -2)]
    assert entries_of(entry.items[1]) == [(lot, serial, 1) for serial in serials]
    serial = frappe.get_doc("Serial No", serials[0])
    assert (serial.warehouse, serial.batch_no, serial.status) == (finished(), lot, "Active")


def test_transfer_names_the_bundle_that_goes_out() -> None:
    item = an_item(has_batch_no=1)
    batch = a_batch(item)
    receive(item, 4, batch_no=batch)
    row = {"item_code": item, "qty": 1, "s_warehouse": stores(), "t_warehouse": in_progress()}
    entry = move("Material Transfer", {**row, "batch_no": batch})
    assert entries_of(entry.items[0]) == [(batch, None, -1)]
    assert sorted(quantities_of(entry)) == sorted([(stores(), -1), (in_progress(), 1)])


def test_cancelled_row_no_longer_names_its_bundle() -> None:
    item = an_item(has_batch_no=1)
    batch = a_batch(item)
    receive(item, 4, batch_no=batch)
    row = {"item_code": item, "qty": 1, "s_warehouse": stores(), "t_warehouse": in_progress()}
    entry = move("Material Transfer", {**row, "batch_no": batch})
    bundle = entries_bundle(entry.items[0])
    entry.cancel()
    assert not entries_bundle(entry.items[0]) or entries_bundle(entry.items[0]) == "None"
    assert frappe.db.get_value("Serial and Batch Bundle", bundle, "is_cancelled") == 1
    assert quantities_of(entry) == []


def test_delivery_takes_pieces_out_and_its_return_brings_one_back() -> None:
    screw = an_item(has_batch_no=1, has_serial_no=1)
    lot = a_batch(screw)
    first, second, _third = pieces(screw, lot, 3)
    note = deliver(screw, 2, finished(), batch_no=lot, serial_no=f"{first}\n{second}")
    assert entries_of(note.items[0]) == [(lot, first, -1), (lot, second, -1)]
    assert not frappe.db.get_value("Serial No", first, "warehouse")

    back = make_return(note)
    back.items[0].qty, back.items[0].serial_no = -1, first
    back.insert().submit()
    assert entries_of(back.items[0]) == [(lot, first, 1)]
    assert frappe.db.get_value("Serial No", first, "warehouse") == finished()
    with pytest.raises(frappe.ValidationError):
        frappe.get_doc("Delivery Note", note.name).cancel()


def make_return(note: Document) -> Document:
    from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

    return make_sales_return(note.name)


def test_more_than_there_is_cannot_go_out() -> None:
    item = an_item(has_batch_no=1)
    batch = a_batch(item)
    receive(item, 4, batch_no=batch)
    with pytest.raises(frappe.ValidationError):
        move("Material Issue", {"item_code": item, "qty": 5, "s_warehouse": stores(), "batch_no": batch})


def test_receipt_cannot_be_cancelled_when_its_goods_are_gone() -> None:
    item = an_item(has_batch_no=1)
    batch = a_batch(item)
    receipt = receive(item, 4, batch_no=batch)
    move("Material Issue", {"item_code": item, "qty": 3, "s_warehouse": stores(), "batch_no": batch})
    receipt.reload()
    with pytest.raises(frappe.ValidationError):
        receipt.cancel()


def test_rejected_goods_go_to_their_own_warehouse() -> None:
    item = an_item(has_batch_no=1)
    batch = a_batch(item)
    row = {"rejected_qty": 1, "rejected_warehouse": in_progress(), "batch_no": batch}
    receipt = receive(item, 5, **row)
    assert receipt.items[0].received_qty == 6
    assert sorted(quantities_of(receipt)) == sorted([(stores(), 5), (in_progress(), 1)])


def test_piece_cannot_leave_from_where_it_is_not() -> None:
    screw = an_item(has_batch_no=1, has_serial_no=1)
    lot = a_batch(screw)
    (serial,) = pieces(screw, lot, 1)
    with pytest.raises(frappe.ValidationError):
        deliver(screw, 1, stores(), batch_no=lot, serial_no=serial)


def test_work_order_makes_the_draft_of_its_stock_entry() -> None:
    from erpnext.manufacturing.doctype.work_order.work_order import make_stock_entry

    part, product = an_item(), an_item(has_batch_no=1)
    receive(part, 10)
    bom = insert("BOM", item=product, company=COMPANY, quantity=3, items=[{"item_code": part, "qty": 2}])
    bom.submit()
    order = insert(
        "Work Order",
        production_item=product,
        bom_no=bom.name,
        qty=3,
        company=COMPANY,
        skip_transfer=1,
        source_warehouse=stores(),
        wip_warehouse=in_progress(),
        fg_warehouse=finished(),
    ).submit()
    assert [row.required_qty for row in order.required_items] == pytest.approx([2])
    entry = frappe.get_doc(make_stock_entry(order.name, "Manufacture", 3))
    rows = [(row.item_code, row.qty, bool(row.is_finished_item)) for row in entry.items]
    assert rows == [(part, pytest.approx(2), False), (product, 3, True)]
    entry.items[1].batch_no = a_batch(product)
    entry.insert().submit()
    order.reload()
    assert (order.produced_qty, order.status) == (3, "Completed")
