"""A scope that is asked for carelessly is complete all the same."""

from __future__ import annotations

import pytest

import builders as a
from lots import a_lot, an_item, event, row
from med_trace.domain.event import Action, EventType
from med_trace.domain.scope import Criterion, CriterionKind
from med_trace.domain.states import Kind
from med_trace.ledger.service import create_units, record
from med_trace.recall.criteria import parsed
from med_trace.recall.scope import scope

pytestmark = pytest.mark.requirement("RCL-1", "TRC-2", "RCL-2")


def lots_of(answer) -> set[str]:
    return {lot["lot"] for lot in answer["lots"]}


def moulded(**cause) -> str:
    lot = a_lot(None, kind=Kind.COMPONENT)
    record(event(EventType.TRANSFORMED, row(Action.PRODUCE, lot, 5, **cause)))
    return lot


@pytest.mark.parametrize("kind", ["Tool", "Equipment", "Lot", "Item"])
def test_case_and_blanks_do_not_matter(kind):
    lot = moulded(tool=a.a_tool(), equipment=a.a_workstation())
    value = {
        "Tool": a.frappe.db.get_value("Trace Event Item", {"lot": lot}, "tool"),
        "Equipment": a.frappe.db.get_value("Trace Event Item", {"lot": lot}, "equipment"),
        "Lot": lot,
        "Item": a.frappe.db.get_value("Material Lot", lot, "item_code"),
    }[kind]
    for spelling in (value.lower(), value.upper(), f" {value} "):
        assert lots_of(scope(parsed({"criterion": kind, "value": spelling}))) == {lot}


def test_a_serial_number_that_two_items_share_finds_both():
    first, second = (a_lot(None, item_code=an_item(Kind.FINISHED)) for _ in range(2))
    serial = a.unique("SN")
    for lot in (first, second):
        unit = create_units(lot, [serial])[0]
        record(event(EventType.TRANSFORMED, row(Action.PRODUCE, lot, 1, serial_unit=unit)))
    assert lots_of(scope([Criterion(CriterionKind.SERIAL, serial.lower())])) == {first, second}


def test_a_lot_of_the_tool_that_does_not_say_its_cavity_could_be_of_that_cavity():
    tool = a.a_tool()
    unknown, fifth, sixth = moulded(tool=tool), moulded(tool=tool, cavity="5"), moulded(tool=tool, cavity="6")
    asked = [Criterion(CriterionKind.TOOL, tool), Criterion(CriterionKind.CAVITY, "5")]
    answer = scope(asked)
    assert lots_of(answer) == {unknown, fifth} and sixth not in lots_of(answer)
    assert {lot["lot"] for lot in answer["slice"]["lots"]} == {unknown, fifth}
