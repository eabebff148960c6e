"""What a criterion may name is offered by the system's own values, few at a time."""

import pytest

import builders
import frappe
from med_trace.api import recall as api
from med_trace.domain.scope import CriterionKind
from med_trace.ledger import service

pytestmark = pytest.mark.requirement("RCL-1", "TRC-2")


def raw_lots(many: int, **fields):
    item = builders.an_item("Raw")
    return [
        service.create_lot(lot_no=builders.unique("LOT"), item_code=item, kind="Raw", **fields).name
        for _ in range(many)
    ]


def test_a_heat_is_offered_once_however_many_lots_share_it(site):
    heat = builders.unique("H")
    raw_lots(3, heat_no=heat)
    assert [one["value"] for one in api.values("Heat Number", heat[2:])] == [heat]


def test_a_lot_comes_with_what_tells_it_apart(site):
    [lot] = raw_lots(1)
    [found] = api.values("Lot", lot)
    assert (
        found["value"] == lot
        and frappe.db.get_value("Material Lot", lot, "item_name") in found["description"]
    )


def test_at_most_ten_are_offered(site):
    raw_lots(12)
    assert len(api.values("Lot", "LOT-")) == 10


def test_a_comparison_of_sql_is_only_text(site):
    assert api.values("Lot", "' or 1=1 --") == []


@pytest.mark.parametrize("kind", [kind.value for kind in CriterionKind])
def test_every_kind_answers(site, kind):
    found = api.values(kind, "")
    assert all(set(one) == {"value", "description"} for one in found)
    if kind in ("Cavity", "Time Window"):
        assert found == []


def test_what_is_no_criterion_is_refused_by_name(site):
    with pytest.raises(frappe.ValidationError, match="Colour"):
        api.values("Colour", "red")


def test_who_reads_no_lots_is_offered_nothing(site):
    with builders.as_user(builders.a_user()), pytest.raises(frappe.PermissionError):
        api.values("Operator", "")
