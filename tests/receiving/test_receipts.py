"""Supplier lots enter the ledger with their identity, into quarantine, exactly once."""

import pytest

import builders as a
import frappe
from med_trace.domain.errors import BadInput, NotReleased, TraceError

pytestmark = pytest.mark.usefixtures("site")


@pytest.mark.requirement("MAT-2", "MAT-3", "ID-2")
def test_a_received_lot_is_in_quarantine_and_knows_where_it_comes_from() -> None:
    item = a.an_item(mt_storage_conditions="dry", mt_drying_conditions="4 h at 80 C")
    receipt = a.a_receipt(
        item,
        6,
        batch=a.a_batch(item, "HEAT-" + item),
        mt_supplier_lot="S-77",
        mt_heat_no="H-1001",
        mt_certificate_no="EN10204-3.1-9",
        mt_material_grade="Ti-6Al-4V ELI",
        mt_manufacturing_date="2026-01-10",
        mt_expiry_date="2036-01-10",
    )
    lot = frappe.get_doc("Material Lot", a.lot_of("HEAT-" + item))
    assert (lot.state, lot.kind, lot.on_hand, lot.uom) == ("Quarantine", "Raw", 6, "Nos")
    assert (lot.supplier, lot.supplier_lot, lot.heat_no) == (receipt.supplier, "S-77", "H-1001")
    assert (lot.certificate_no, lot.material_grade) == ("EN10204-3.1-9", "Ti-6Al-4V ELI")
    assert (str(lot.manufacturing_date), str(lot.expiry_date)) == ("2026-01-10", "2036-01-10")
    assert str(lot.received_date) == str(receipt.posting_date)
    assert (lot.storage_conditions, lot.drying_conditions) == ("dry", "4 h at 80 C")
    assert len(a.events_of(lot.name, "Received")) == 1


@pytest.mark.requirement("MAT-2", "GATE-1")
def test_a_received_lot_cannot_be_used_before_its_acceptance() -> None:
    lot = a.a_received_lot()
    with pytest.raises(NotReleased, match="quarantine"):
        a.a_stock_entry("Material Issue", [a.taking(lot, 1)])


@pytest.mark.requirement("MAT-1")
def test_receiving_from_an_unapproved_supplier_holds_the_lot_with_that_reason() -> None:
    supplier = a.a_supplier(is_approved=False)
    lot = a.a_received_lot(supplier=supplier)
    assert a.state_of(lot) == "On Hold"
    reason = frappe.db.get_value("Trace Event", a.events_of(lot, "Held")[0], "reason")
    assert supplier in reason and "not approved as a supplier" in reason


@pytest.mark.requirement("MAT-1")
def test_an_approval_for_another_item_does_not_cover_this_one() -> None:
    supplier = a.a_supplier(scope=a.an_item())
    assert a.state_of(a.a_received_lot(a.an_item(), supplier=supplier)) == "On Hold"


@pytest.mark.requirement("MAT-1")
def test_an_approval_that_ended_does_not_count() -> None:
    supplier = a.a_supplier(is_approved=False)
    a.a_qualification("Supplier", supplier, "Supplier Approval", valid_to=frappe.utils.add_days(None, -1))
    assert a.state_of(a.a_received_lot(supplier=supplier)) == "On Hold"


@pytest.mark.requirement("MAT-1")
def test_the_hold_is_lifted_once_the_supplier_is_approved() -> None:
    from med_trace.receiving.service import NotAcceptable, lift_supplier_hold

    supplier = a.a_supplier(is_approved=False)
    lot = a.a_received_lot(supplier=supplier)
    with pytest.raises(NotAcceptable):
        lift_supplier_hold(lot)
    a.a_qualification("Supplier", supplier, "Supplier Approval")
    lift_supplier_hold(lot)
    assert a.state_of(lot) == "Quarantine"


@pytest.mark.requirement("MAT-2")
def test_a_missing_certificate_is_shown_and_blocks_acceptance() -> None:
    from med_trace.receiving.service import NotAcceptable, accept, blockers

    lot = a.a_received_lot(a.an_item(mt_certificate_required=1))
    assert "certificate" in " ".join(blockers(lot))
    with pytest.raises(NotAcceptable, match="certificate"):
        accept(lot)
    frappe.db.set_value("Material Lot", lot, "certificate_no", "C-1")
    accept(lot)
    assert a.state_of(lot) == "Released"


def test_an_item_that_needs_no_inspection_is_accepted_on_arrival() -> None:
    assert a.state_of(a.a_received_lot(a.an_item(mt_incoming_inspection_required=0))) == "Released"


def test_several_rows_of_one_batch_add_up_in_one_lot() -> None:
    item = a.an_item()
    batch = a.a_batch(item)
    a.a_receipt(rows=[{"item_code": item, "qty": qty, "batch_no": batch} for qty in (4, 6)])
    assert a.on_hand(a.lot_of(batch)) == 10
    assert len(a.events_of(a.lot_of(batch), "Received")) == 2


def test_quantities_are_kept_in_the_stock_unit() -> None:
    item = a.an_item(uoms=[{"uom": a.ensure("UOM", "Box", uom_name="Box"), "conversion_factor": 12}])
    lot = a.a_received_lot(item, 2, uom="Box", conversion_factor=12)
    assert a.on_hand(lot) == 24


def test_untraced_items_do_not_enter_the_ledger() -> None:
    before = frappe.db.count("Trace Event")
    a.a_receipt(a.an_untraced_item(), 5)
    assert frappe.db.count("Trace Event") == before


def test_an_item_that_opted_out_does_not_enter_the_ledger() -> None:
    item = a.an_item(mt_untraced=1)
    batch = a.a_batch(item)
    a.a_receipt(item, 5, batch=batch)
    assert a.lot_of(batch) is None


def test_rejected_pieces_are_on_hand_and_blocked() -> None:
    item = a.an_item()
    batch = a.a_batch(item)
    a.a_receipt(
        item, 8, batch=batch, rejected_qty=2, received_qty=10, rejected_warehouse=a.a_warehouse("Rejected")
    )
    lot = a.lot_of(batch)
    assert (a.on_hand(lot), a.blocked(lot)) == (10, 2)


@pytest.mark.requirement("MAT-4")
def test_a_purchase_return_goes_back_to_the_supplier() -> None:
    item = a.an_item()
    batch = a.a_batch(item)
    receipt = a.a_receipt(item, 10, batch=batch)
    a.a_receipt(
        rows=[
            {
                "item_code": item,
                "qty": -4,
                "batch_no": batch,
                "purchase_receipt_item": receipt.items[0].name,
            }
        ],
        supplier=receipt.supplier,
        header={"is_return": 1, "return_against": receipt.name},
    )
    lot = a.lot_of(batch)
    assert a.on_hand(lot) == 6
    event = frappe.get_doc("Trace Event", a.events_of(lot, "Returned To Supplier")[0])
    assert event.supplier == receipt.supplier


def test_cancelling_a_receipt_reverses_it() -> None:
    receipt = a.a_receipt(supplier=a.a_supplier(is_approved=False))
    lot = a.lot_of(receipt.items[0].batch_no)
    receipt.reload()
    receipt.cancel()
    assert a.on_hand(lot) == 0
    assert len(a.events_of(lot, "Received")) == 2


def test_a_receipt_cannot_be_cancelled_once_its_lot_was_used() -> None:
    receipt = a.a_receipt(a.an_item(mt_incoming_inspection_required=0))
    lot = a.lot_of(receipt.items[0].batch_no)
    a.a_stock_entry("Material Issue", [a.taking(lot, 1)])
    receipt.reload()
    with pytest.raises(frappe.ValidationError):
        receipt.cancel()


def test_a_batch_is_not_received_again_with_another_heat() -> None:
    item = a.an_item()
    batch, supplier = a.a_batch(item), a.a_supplier()
    a.a_receipt(item, 5, batch=batch, supplier=supplier, mt_heat_no="H-1")
    with pytest.raises(BadInput, match="H-1"):
        a.a_receipt(item, 5, batch=batch, supplier=supplier, mt_heat_no="H-2")


def test_serial_numbers_become_units_of_the_lot() -> None:
    item = a.an_item(has_serial_no=1)
    batch = a.a_batch(item)
    serials = [a.unique("SN") for _ in range(3)]
    a.a_receipt(item, 3, batch=batch, serial_no="\n".join(serials))
    units = frappe.get_all(
        "Serial Unit", filters={"lot": a.lot_of(batch)}, fields=["serial_no", "whereabouts"]
    )
    assert {unit.serial_no for unit in units} == set(serials)
    assert {unit.whereabouts for unit in units} == {"In Stock"}


def test_items_with_serial_numbers_alone_share_a_lot_per_row() -> None:
    item = a.an_item(has_batch_no=0, has_serial_no=1)
    serials = [a.unique("SN") for _ in range(2)]
    a.a_receipt(item, 2, serial_no="\n".join(serials))
    lots = frappe.get_all("Serial Unit", filters={"serial_no": ["in", serials]}, pluck="lot")
    assert len(set(lots)) == 1 and a.on_hand(lots[0]) == 2


def test_an_invoice_that_moves_stock_receives_as_a_receipt_does() -> None:
    item = a.an_item()
    batch = a.a_batch(item)
    a.a_receipt(item, 7, batch=batch, doctype="Purchase Invoice", header={"update_stock": 1})
    assert (a.state_of(a.lot_of(batch)), a.on_hand(a.lot_of(batch))) == ("Quarantine", 7)


@pytest.mark.requirement("GATE-1")
def test_stock_of_a_traced_item_moves_only_by_documents_that_the_ledger_reads() -> None:
    entry = frappe.get_doc(
        {
            "doctype": "Stock Ledger Entry",
            "item_code": a.an_item(),
            "voucher_type": "Stock Reconciliation",
            "voucher_no": "SR-1",
            "actual_qty": 1,
        }
    )
    with pytest.raises(TraceError, match="without an entry in the ledger"):
        frappe.get_attr("med_trace.production.events.stock_ledger_entry.before_submit")(entry)


def test_a_batch_that_erpnext_names_itself_becomes_a_lot() -> None:
    item = a.an_item(create_new_batch=1, batch_number_series=a.unique("AUTO") + "-.####")
    receipt = a.a_receipt(rows=[{"item_code": item, "qty": 5}])
    (lot,) = frappe.get_all("Material Lot", filters={"item_code": item}, fields=["name", "batch", "on_hand"])
    assert lot.batch and lot.on_hand == 5
    receipt.reload()
    receipt.cancel()
    assert a.on_hand(lot.name) == 0
