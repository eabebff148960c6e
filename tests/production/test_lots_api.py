"""Lots over the API: permissions first, named errors, nothing half done."""

import pytest

import builders as a
import frappe
from med_trace.api import lots
from med_trace.domain.errors import BadInput, NotFound

pytestmark = pytest.mark.usefixtures("site")


def test_an_operator_starts_a_lot_on_the_routing_in_force() -> None:
    item = a.an_item("Finished")
    routing = a.a_routing(item)
    with a.as_user(a.a_user("Operator")):
        lot = lots.start_lot(item)
    assert frappe.db.get_value("Material Lot", lot, "routing") == routing.name


@pytest.mark.requirement("MAT-4")
def test_warehouse_splits_and_merges() -> None:
    lot = a.an_accepted_lot(qty=10)
    with a.as_user(a.a_user("Warehouse", "Stock User")):
        parts = lots.split(lot, frappe.as_json([3, 4]))
        merged = lots.merge(frappe.as_json(dict.fromkeys(parts, 3)))
    assert (a.on_hand(lot), a.on_hand(merged), a.links_into(merged)) == (3, 6, set(parts))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (lots.split, ("LOT", [1])),
        (lots.relabel, ("LOT", "NEW", "why")),
        (lots.scrap, ("LOT", 1, "why")),
        (lots.finish_lot, ("LOT",)),
        (lots.lift_supplier_hold, ("LOT",)),
        (lots.start_lot, ("ITEM",)),
    ],
)
def test_who_may_only_read_changes_nothing(function: object, arguments: tuple) -> None:
    with a.as_user(a.a_user("Auditor")), pytest.raises(frappe.PermissionError):
        function(*arguments)


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        (lots.split, ("NO-SUCH-LOT", [1]), NotFound),
        (lots.split, ("NO-SUCH-LOT", 7), BadInput),
        (lots.scrap, ("NO-SUCH-LOT", 1, ""), BadInput),
        (lots.start_lot, ("NO-SUCH-ITEM",), BadInput),
        (lots.finish_lot, ("NO-SUCH-LOT",), NotFound),
        (lots.lift_supplier_hold, ("NO-SUCH-LOT",), NotFound),
        (lots.accept_lot, ("NO-SUCH-RECORD",), BadInput),
        (lots.inspection_results, ("NO-SUCH-LOT",), NotFound),
        (lots.split, ("LOT", "{not json"), BadInput),
        *(
            (function, (), BadInput)
            for function in (lots.split, lots.merge, lots.relabel, lots.scrap, lots.sample)
        ),
        *(
            (function, (), BadInput)
            for function in (lots.start_lot, lots.finish_lot, lots.accept_lot, lots.send_back)
        ),
    ],
)
def test_bad_input_is_named(function: object, arguments: tuple, error: type) -> None:
    with pytest.raises(error):
        function(*arguments)


@pytest.mark.requirement("INSP-6")
def test_an_auditor_reads_every_result_of_a_lot() -> None:
    lot = a.a_received_lot()
    a.an_inspection(lot, a.a_plan(frappe.db.get_value("Material Lot", lot, "item_code")))
    with a.as_user(a.a_user("Auditor")):
        results = lots.inspection_results(lot=lot)
    assert [result["verdict"] for result in results] == ["Pass", "Pass"]
