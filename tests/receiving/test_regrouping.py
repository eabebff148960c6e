"""Lots are split, merged, relabelled and taken away, with genealogy and without losing a piece."""

import pytest

import builders as a
import frappe
from med_trace.domain.errors import BadInput, NotEnough, TraceError
from med_trace.receiving import service

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("MAT-4")]


def test_a_part_keeps_what_its_lot_was_known_by() -> None:
    lot = a.an_accepted_lot(mt_heat_no="H-9")
    (part,) = service.split_lot(lot, {a.unique("PART"): 4})
    assert (a.on_hand(lot), a.on_hand(part), a.state_of(part)) == (6, 4, "Released")
    assert frappe.db.get_value("Material Lot", part, ["heat_no", "parent_lot"]) == ("H-9", lot)
    assert a.links_into(part) == {lot}


def test_a_part_of_a_quarantined_lot_is_in_quarantine() -> None:
    lot = a.a_received_lot()
    (part,) = service.split_lot(lot, [3])
    assert a.state_of(part) == "Quarantine"


def test_no_more_is_split_off_than_there_is() -> None:
    lot = a.an_accepted_lot(qty=5)
    with pytest.raises(NotEnough):
        service.split_lot(lot, [6])


def test_a_merged_lot_comes_from_all_its_sources() -> None:
    item = a.an_item()
    lots = [a.an_accepted_lot(item, 5, mt_heat_no=heat) for heat in ("H-1", "H-2")]
    merged = service.merge_lots(dict.fromkeys(lots, 5))
    assert (a.on_hand(merged), a.links_into(merged)) == (10, set(lots))
    assert frappe.db.get_value("Material Lot", merged, "heat_no") is None


def test_a_merged_lot_expires_with_its_first_source() -> None:
    item = a.an_item()
    lots = [a.an_accepted_lot(item, 5, mt_expiry_date=date) for date in ("2040-01-01", "2030-01-01")]
    merged = service.merge_lots(dict.fromkeys(lots, 1))
    assert str(frappe.db.get_value("Material Lot", merged, "expiry_date")) == "2030-01-01"


def test_lots_of_two_items_are_not_merged() -> None:
    with pytest.raises(BadInput):
        service.merge_lots({a.an_accepted_lot(): 1, a.an_accepted_lot(): 1})


def test_released_and_quarantined_material_is_not_merged() -> None:
    item = a.an_item()
    with pytest.raises(TraceError):
        service.merge_lots({a.an_accepted_lot(item): 1, a.a_received_lot(item): 1})


def test_a_relabelled_lot_is_linked_to_its_old_label() -> None:
    lot = a.an_accepted_lot()
    new = service.relabel_lot(lot, a.unique("NEW"), "label was unreadable")
    assert (a.on_hand(lot), a.on_hand(new), a.links_into(new)) == (0, 10, {lot})


@pytest.mark.parametrize(
    ("take", "event_type"),
    [("scrap", "Scrapped"), ("sample", "Sampled"), ("send_back", "Returned To Supplier")],
)
def test_what_is_taken_away_is_an_event(take: str, event_type: str) -> None:
    lot = a.an_accepted_lot()
    getattr(service, take)(lot, 3, "because")
    assert a.on_hand(lot) == 7 and len(a.events_of(lot, event_type)) == 1


@pytest.mark.parametrize("quantity", [0, -1, "three", None])
def test_a_quantity_that_is_none_is_refused(quantity: object) -> None:
    with pytest.raises(BadInput, match="quantity"):
        service.scrap(a.an_accepted_lot(), quantity, "because")


def a_numbered_lot(count: int = 3) -> tuple[str, list[str]]:
    """A released lot of pieces with serial numbers."""
    item = a.an_item(has_serial_no=1, mt_incoming_inspection_required=0)
    batch, serials = a.a_batch(item), [a.unique("SN") for _ in range(count)]
    a.a_receipt(item, count, batch=batch, serial_no="\n".join(serials))
    return a.lot_of(batch), serials


def test_numbered_pieces_go_into_their_part_by_name() -> None:
    lot, serials = a_numbered_lot()
    number = a.unique("PART")
    service.split_lot(lot, {number: serials[:2]})
    moved = frappe.get_all("Serial Unit", filters={"lot": number}, pluck="serial_no")
    assert sorted(moved) == sorted(serials[:2]) and (a.on_hand(lot), a.on_hand(number)) == (1, 2)


@pytest.mark.parametrize(
    "take", [service.scrap, service.sample, lambda lot, n, _why: service.split_lot(lot, [n])]
)
def test_numbered_pieces_are_not_lost_without_a_name(take: object) -> None:
    lot, _serials = a_numbered_lot()
    with pytest.raises(BadInput, match="serial numbers"):
        take(lot, 1, "because")


def test_a_stranger_is_not_split_off() -> None:
    lot, _serials = a_numbered_lot()
    with pytest.raises(TraceError, match="not a unit of lot"):
        service.split_lot(lot, {a.unique("PART"): ["NOBODY"]})
