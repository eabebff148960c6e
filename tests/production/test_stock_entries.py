"""ERPNext's Stock Entries write genealogy, each exactly once, whatever their type."""

import pytest

import builders as a
import frappe
from med_trace.domain.errors import NotFound, NotReleased, OnHold, TraceError
from med_trace.ledger.service import hold
from med_trace.receiving.service import accept

pytestmark = pytest.mark.usefixtures("site")
PICKS = "auto_create_serial_and_batch_bundle_for_outward"


def a_product(**fields: object) -> tuple[str, str]:
    """A finished item and a batch for it."""
    item = a.an_item("Finished", **fields)
    return item, a.a_batch(item)


@pytest.mark.requirement("TRC-1")
def test_a_manufacture_links_what_went_in_to_what_came_out() -> None:
    bar = a.an_accepted_lot(qty=6)
    item, batch = a_product()
    a.a_manufacture([a.taking(bar, 2), a.making(item, 3, batch)])
    screws = a.lot_of(batch)
    assert (a.on_hand(bar), a.on_hand(screws), a.links_into(screws)) == (4, 3, {bar})
    assert a.state_of(screws) == "Awaiting Release"


@pytest.mark.requirement("GATE-1")
def test_a_manufacture_of_quarantined_material_leaves_nothing_behind() -> None:
    bar = a.a_received_lot()
    item, batch = a_product()
    frappe.db.savepoint("untouched")
    with pytest.raises(NotReleased):
        a.a_manufacture([a.taking(bar, 2), a.making(item, 3, batch)])
    frappe.db.rollback(save_point="untouched")
    assert a.on_hand(bar) == 10 and a.lot_of(batch) is None


@pytest.mark.requirement("GATE-1", "GATE-3")
def test_material_on_hold_is_not_carried_to_production() -> None:
    bar = a.an_accepted_lot()
    hold([bar], "crack found")
    row = a.taking(bar, 2, t_warehouse=a.in_progress())
    with pytest.raises(OnHold, match=bar):
        a.a_stock_entry("Material Transfer for Manufacture", [row])


def test_a_held_lot_may_be_moved_aside() -> None:
    bar = a.an_accepted_lot()
    hold([bar], "crack found")
    a.a_stock_entry("Material Transfer", [a.taking(bar, 10, t_warehouse=a.in_progress())])
    assert len(a.events_of(bar, "Moved")) == 1
    assert frappe.db.get_value("Trace Event", a.events_of(bar, "Moved")[0], "location") == a.in_progress()


def test_a_cancelled_manufacture_gives_everything_back() -> None:
    bar = a.an_accepted_lot(qty=6)
    item, batch = a_product()
    entry = a.a_manufacture([a.taking(bar, 2), a.making(item, 3, batch)])
    entry.reload()
    entry.cancel()
    assert (a.on_hand(bar), a.on_hand(a.lot_of(batch)), a.links_into(a.lot_of(batch))) == (6, 0, set())


def test_serial_numbers_of_the_product_become_units() -> None:
    bar = a.an_accepted_lot()
    item, batch = a_product(has_serial_no=1)
    serials = [a.unique("SN") for _ in range(3)]
    a.a_manufacture([a.taking(bar, 2), a.making(item, 3, batch, serial_no="\n".join(serials))])
    units = frappe.get_all("Serial Unit", filters={"lot": a.lot_of(batch)}, pluck="serial_no")
    assert sorted(units) == sorted(serials)


def test_scrap_that_is_kept_on_stock_is_blocked() -> None:
    bar = a.an_accepted_lot()
    item, batch = a_product()
    scrap = a.an_item("WIP")
    scrap_batch = a.a_batch(scrap)
    a.a_manufacture(
        [
            a.taking(bar, 5),
            a.making(item, 3, batch),
            {
                "item_code": scrap,
                "qty": 1,
                "batch_no": scrap_batch,
                "t_warehouse": a.finished(),
                "is_scrap_item": 1,
            },
        ]
    )
    lot = a.lot_of(scrap_batch)
    assert (a.on_hand(lot), a.blocked(lot), a.links_into(lot)) == (1, 1, {bar})


def test_rows_of_untraced_items_are_ignored() -> None:
    bar, oil = a.an_accepted_lot(), a.an_untraced_item()
    a.a_receipt(oil, 5)
    item, batch = a_product()
    a.a_manufacture(
        [a.taking(bar, 2), {"item_code": oil, "qty": 1, "s_warehouse": a.stores()}, a.making(item, 3, batch)]
    )
    assert a.links_into(a.lot_of(batch)) == {bar}


def test_a_product_that_is_not_traced_ends_the_genealogy() -> None:
    bar, tray = a.an_accepted_lot(), a.an_untraced_item()
    a.a_manufacture([a.taking(bar, 2), a.making(tray, 1)])
    assert a.on_hand(bar) == 8 and len(a.events_of(bar, "Issued")) == 1


@pytest.mark.parametrize(
    ("issued_as", "event_type"), [("", "Issued"), ("Scrap", "Scrapped"), ("Sample", "Sampled")]
)
def test_an_issue_is_what_it_says_it_is(issued_as: str, event_type: str) -> None:
    bar = a.an_accepted_lot()
    a.a_stock_entry("Material Issue", [a.taking(bar, 2)], mt_issue_as=issued_as)
    assert a.on_hand(bar) == 8 and len(a.events_of(bar, event_type)) == 1


def test_quarantined_material_can_be_scrapped_but_not_issued() -> None:
    bar = a.a_received_lot()
    a.a_stock_entry("Material Issue", [a.taking(bar, 2)], mt_issue_as="Scrap")
    assert a.on_hand(bar) == 8


def test_a_material_receipt_starts_in_quarantine() -> None:
    item = a.an_item()
    batch = a.a_batch(item)
    a.a_stock_entry(
        "Material Receipt",
        [{"item_code": item, "qty": 4, "batch_no": batch, "t_warehouse": a.stores(), "basic_rate": 5}],
    )
    assert (a.state_of(a.lot_of(batch)), a.on_hand(a.lot_of(batch))) == ("Quarantine", 4)


@pytest.mark.requirement("MAT-4")
def test_a_repack_of_one_item_is_a_split() -> None:
    bar = a.an_accepted_lot()
    item = frappe.db.get_value("Material Lot", bar, "item_code")
    batches = [a.a_batch(item), a.a_batch(item)]
    a.a_stock_entry(
        "Repack",
        [
            a.taking(bar, 10),
            *(a.making(item, qty, batch) for qty, batch in zip((4, 6), batches, strict=True)),
        ],
    )
    parts = [a.lot_of(batch) for batch in batches]
    assert [a.on_hand(part) for part in parts] == [4, 6] and a.on_hand(bar) == 0
    assert [a.state_of(part) for part in parts] == ["Released", "Released"]
    assert a.links_out_of(bar) == set(parts)


@pytest.mark.requirement("MAT-4")
def test_a_repack_into_one_batch_is_a_merge() -> None:
    item = a.an_item()
    lots = [a.an_accepted_lot(item, 5), a.an_accepted_lot(item, 5)]
    batch = a.a_batch(item)
    a.a_stock_entry("Repack", [*(a.taking(lot, 5) for lot in lots), a.making(item, 10, batch)])
    assert a.links_into(a.lot_of(batch)) == set(lots) and a.on_hand(a.lot_of(batch)) == 10


def test_a_repack_into_another_item_is_a_transformation() -> None:
    bar = a.an_accepted_lot()
    item, batch = a_product()
    a.a_stock_entry("Repack", [a.taking(bar, 10), a.making(item, 20, batch)])
    assert len(a.events_of(a.lot_of(batch), "Transformed")) == 1


def test_a_batch_that_the_ledger_never_saw_is_refused_by_name() -> None:
    item = a.an_item(mt_untraced=1)
    batch = a.a_batch(item)
    a.a_receipt(item, 5, batch=batch)
    frappe.db.set_value("Item", item, "mt_untraced", 0)
    frappe.clear_document_cache("Item", item)
    with pytest.raises(NotFound, match=batch):
        a.a_stock_entry(
            "Material Issue", [{"item_code": item, "qty": 1, "batch_no": batch, "s_warehouse": a.stores()}]
        )


def a_work_order(item: str, component: str, qty: float, **fields: object) -> object:
    bom = a.insert(
        "BOM", item=item, company=a.a_company(), quantity=1, currency="USD",
        items=[{"item_code": component, "qty": 1, "rate": 10}],
    )  # fmt: skip
    bom.submit()
    order = a.insert(
        "Work Order", production_item=item, bom_no=bom.name, qty=qty, company=a.a_company(),
        wip_warehouse=a.in_progress(), fg_warehouse=a.finished(), source_warehouse=a.stores(), **fields,
    )  # fmt: skip
    order.submit()
    return order


def test_a_work_order_with_transfer_then_manufacture_counts_once() -> None:
    bar = a.an_accepted_lot(qty=10)
    component = frappe.db.get_value("Material Lot", bar, "item_code")
    item, batch = a_product()
    order = a_work_order(item, component, 4)
    a.a_stock_entry(
        "Material Transfer for Manufacture",
        [a.taking(bar, 4, t_warehouse=a.in_progress())],
        work_order=order.name,
        bom_no=order.bom_no,
        from_bom=1,
        fg_completed_qty=4,
    )
    assert a.on_hand(bar) == 10
    a.a_manufacture(
        [a.taking(bar, 4, a.in_progress()), a.making(item, 4, batch, bom_no=order.bom_no)],
        work_order=order.name,
        bom_no=order.bom_no,
        from_bom=1,
    )
    assert (a.on_hand(bar), a.on_hand(a.lot_of(batch)), a.links_into(a.lot_of(batch))) == (6, 4, {bar})


def test_a_lot_made_in_two_entries_awaits_release_after_the_last() -> None:
    bar = a.an_accepted_lot(qty=10)
    component = frappe.db.get_value("Material Lot", bar, "item_code")
    item, batch = a_product()
    order = a_work_order(item, component, 4, skip_transfer=1)
    states = []
    for _ in range(2):
        a.a_manufacture(
            [a.taking(bar, 2), a.making(item, 2, batch, bom_no=order.bom_no)],
            work_order=order.name,
            bom_no=order.bom_no,
            from_bom=1,
        )
        states.append(a.state_of(a.lot_of(batch)))
    assert states == ["In Process", "Awaiting Release"] and a.on_hand(a.lot_of(batch)) == 4


def test_material_used_up_ahead_is_linked_when_the_product_appears() -> None:
    if frappe.db.exists("DocType", "Manufacturing Settings"):
        frappe.db.set_single_value("Manufacturing Settings", "material_consumption", 1)
    bar = a.an_accepted_lot(qty=10)
    component = frappe.db.get_value("Material Lot", bar, "item_code")
    item, batch = a_product()
    order = a_work_order(item, component, 4, skip_transfer=1)
    shared = {"work_order": order.name, "bom_no": order.bom_no, "from_bom": 1, "fg_completed_qty": 4}
    a.a_stock_entry("Material Consumption for Manufacture", [a.taking(bar, 4)], **shared)
    assert a.on_hand(bar) == 6
    a.a_stock_entry("Manufacture", [a.making(item, 4, batch, bom_no=order.bom_no)], **shared)
    assert (a.on_hand(bar), a.links_into(a.lot_of(batch))) == (6, {bar})


def a_lot_made_by_record() -> tuple[str, str, object]:
    """A bar, the lot of ten pieces that a Process Record made from four of it, and the record."""
    bar = a.an_accepted_lot(qty=10)
    item = a.an_item("Finished")
    a.a_routing(item)
    lot = a.a_started_lot(item, lot_no=a.a_batch(item))
    record = a.a_process_record(lot, materials=[{"lot": bar, "quantity": 4}])
    return bar, lot, record


@pytest.mark.requirement("PROD-2")
def test_an_entry_that_names_its_process_record_counts_nothing_twice() -> None:
    bar, lot, record = a_lot_made_by_record()
    before = (a.on_hand(bar), a.on_hand(lot), len(a.events_of(lot)))
    item = frappe.db.get_value("Material Lot", lot, "item_code")
    entry = a.a_manufacture([a.taking(bar, 4), a.making(item, 10, lot)], mt_process_record=record.name)
    assert (a.on_hand(bar), a.on_hand(lot), len(a.events_of(lot))) == before
    assert frappe.db.get_value("Process Record", record.name, "stock_entry") == entry.name
    entry.reload()
    entry.cancel()
    assert not frappe.db.get_value("Process Record", record.name, "stock_entry")


@pytest.mark.parametrize(("used", "made"), [(5, 10), (4, 11)])
def test_an_entry_that_disagrees_with_its_process_record_is_refused(used: float, made: float) -> None:
    bar, lot, record = a_lot_made_by_record()
    item = frappe.db.get_value("Material Lot", lot, "item_code")
    with pytest.raises(TraceError, match="Correct the quantity"):
        a.a_manufacture([a.taking(bar, used), a.making(item, made, lot)], mt_process_record=record.name)


def test_a_lot_made_by_a_process_record_is_not_made_again() -> None:
    bar, lot, record = a_lot_made_by_record()
    item = frappe.db.get_value("Material Lot", lot, "item_code")
    with pytest.raises(TraceError, match=record.name):
        a.a_manufacture([a.taking(bar, 4), a.making(item, 10, lot)])


@pytest.mark.requirement("PROD-3")
def test_an_item_with_a_routing_is_not_made_around_it() -> None:
    bar = a.an_accepted_lot()
    item, batch = a_product()
    a.a_routing(item)
    with pytest.raises(TraceError, match="routing"):
        a.a_manufacture([a.taking(bar, 2), a.making(item, 3, batch)])


@pytest.mark.requirement("GATE-1")
def test_a_back_dated_entry_does_not_slip_past_a_quarantine() -> None:
    yesterday = {"set_posting_time": 1, "posting_date": frappe.utils.add_days(None, -1)}
    receipt = a.a_receipt(header={**yesterday, "posting_time": "08:00:00"})
    bar = a.lot_of(receipt.items[0].batch_no)
    accept(bar)
    with pytest.raises(NotReleased, match="quarantine"):
        a.a_stock_entry("Material Issue", [a.taking(bar, 1)], posting_time="10:00:00", **yesterday)


def test_batches_that_erpnext_picks_itself_are_followed() -> None:
    bar = a.an_accepted_lot(qty=10)
    row = a.taking(bar, 4)
    entry = a.a_stock_entry("Material Issue", [row], is_submitted=False)
    entry.items[0].update({"batch_no": None, "use_serial_batch_fields": 0})
    entry.save()
    if not frappe.db.exists("DocType", "Stock Settings"):
        pytest.skip("this site picks no batches by itself")
    frappe.db.set_single_value("Stock Settings", PICKS, 1)
    entry.submit()
    assert a.on_hand(bar) == 6
