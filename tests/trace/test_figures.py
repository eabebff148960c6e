"""The figures of the home pages: right, few questions, and only for who may read what they count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import builders as a
import frappe
from frappe.utils import now_datetime
from med_trace.api.home import figure
from med_trace.nonconformance import service as nonconformance
from med_trace.trace import figures

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("VIEW-3", "VIEW-1")]


def values(name: str, series: str) -> list[Any]:
    return next((one["values"] for one in figure(name)["series"] if one["name"] == series), [0] * 4)


def test_an_open_ncr_counts_in_the_bucket_of_its_age_until_it_is_closed() -> None:
    before = values("ncr_ages", "Critical")
    lot = a.an_accepted_lot(qty=10)
    name = nonconformance.open_ncr(
        "Burrs", [{"lot": lot, "quantity": 2}], severity="Critical", description="Seen"
    )
    assert values("ncr_ages", "Critical") == [before[0] + 1, *before[1:]]
    aged = now_datetime() - timedelta(days=20)
    frappe.db.sql("update `tabNCR` set creation = %s where name = %s", (aged, name))
    assert values("ncr_ages", "Critical") == [before[0], before[1], before[2] + 1, before[3]]
    frappe.db.sql("update `tabNCR` set workflow_state = 'Closed' where name = %s", (name,))
    assert values("ncr_ages", "Critical") == before


def test_a_lot_in_quarantine_counts_by_its_kind_until_it_is_accepted() -> None:
    before = values("quarantine_ages", "Raw")
    lot = a.a_received_lot()
    assert sum(values("quarantine_ages", "Raw")) == sum(before) + 1
    frappe.db.sql("update `tabMaterial Lot` set state = 'Released' where name = %s", (lot,))
    assert values("quarantine_ages", "Raw") == before


def test_a_release_counts_in_its_week_with_the_days_that_the_lot_waited() -> None:
    before = figure("release_waiting")
    a.a_released_lot()
    after = figure("release_waiting")
    assert after["counts"][-1] == before["counts"][-1] + 1
    assert after["series"][0]["values"][-1] >= 0


def test_what_a_machine_made_is_added_up_by_what_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MOST_MACHINES", 1)
    most = 10**9
    record = {"docstatus": 1, "equipment": a.unique("MILL"), "started_at": now_datetime()}
    for scrap in (1, 2):
        row = frappe.get_doc({"doctype": "Process Record", "name": a.unique("PREC"), **record})
        row.update({"quantity_good": most, "quantity_scrap": scrap})
        row.db_insert()
    answer = figure("machine_yield")
    assert answer["labels"] == [record["equipment"]]
    assert {one["name"]: one["values"] for one in answer["series"]} == {
        "Good": [2.0 * most],
        "Rework": [0.0],
        "Scrap": [3.0],
    }


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_a_figure_asks_a_few_questions_whatever_it_counts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    figure(name)
    asked, sql = [], frappe.db.sql
    monkeypatch.setattr(frappe.db, "sql", lambda *args, **more: asked.append(args) or sql(*args, **more))
    answer = figure(name)
    assert len(asked) <= 4
    assert all(len(one["values"]) == len(answer["labels"]) for one in answer["series"])


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_who_may_not_read_the_records_is_not_told_their_number(name: str) -> None:
    with a.as_user(a.a_user()), pytest.raises(frappe.PermissionError):
        figure(name)


def test_weeks_begin_on_mondays_and_end_with_this_one() -> None:
    weeks = figure("pass_rate")["labels"]
    today = now_datetime().date()
    assert len(weeks) == figures.WEEKS
    assert weeks[-1] == str(today - timedelta(days=today.weekday()))


def test_a_figure_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(frappe.ValidationError, match="happiness"):
        figure("happiness")


@pytest.mark.requirement("OPS-3")
def test_whom_an_administrator_restricts_counts_what_is_open_to_him() -> None:
    lot, _other = a.a_received_lot(), a.a_received_lot()
    user = a.a_user("Quality", "Inspector", "Operator", "Warehouse", "Supervisor", "Regulatory")
    item = frappe.db.get_value("Material Lot", lot, "item_code")
    restriction = {"user": user, "allow": "Item", "for_value": item, "apply_to_all_doctypes": 1}
    frappe.get_doc({"doctype": "User Permission", **restriction}).insert()
    frappe.clear_cache(user=user)
    with a.as_user(user):
        assert figure("quarantine_ages")["total"] == 1
        assert all(figure(name)["total"] >= 0 for name in figures.FIGURES)
    assert figure("quarantine_ages")["total"] >= 2
