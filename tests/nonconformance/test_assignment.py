"""An NCR is given to the person who investigates it: he is told, finds it, and the trail says who gave it to him."""

from __future__ import annotations

from typing import Any

import pytest

import builders as a
import frappe
from frappe.utils import add_days, today
from med_trace.api import quality
from med_trace.domain import errors
from med_trace.domain.disposition import StepRefused
from med_trace.nonconformance import service

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("NC-1")]


@pytest.fixture
def lot() -> str:
    return a.an_accepted_lot()


@pytest.fixture
def ncr(lot: str) -> str:
    return service.open_ncr("Burrs", [{"lot": lot, "quantity": 2}], description="Seen on a few")


@pytest.fixture
def head() -> Any:
    """Somebody of Quality, who gives NCRs out."""
    with a.as_user(a.a_user("Quality")) as user:
        yield user


def names(**filters: Any) -> list[str]:
    return [card["name"] for column in quality.board(**filters)["columns"] for card in column["cards"]]


def notices(person: str, ncr: str) -> list[str]:
    return frappe.get_all("Notification Log", {"for_user": person, "document_name": ncr}, pluck="subject")


@pytest.mark.requirement("AUD-1", "VIEW-1")
def test_who_gets_it_is_told_and_finds_it_and_the_trail_says_so(lot: str, ncr: str, head: Any) -> None:
    inspector, day = a.a_user("Inspector"), add_days(today(), 3)
    quality.assign(ncr, inspector, str(day))
    [card] = [one for column in quality.board(lot=lot)["columns"] for one in column["cards"]]
    assert (card["assigned_to"], str(card["due_date"])) == (inspector, str(day))
    assert card["holders"] == [frappe.utils.get_fullname(inspector)]
    assert notices(inspector, ncr) == [f"{ncr} is yours to answer by {day}: Burrs"]
    told = {"document_type": "NCR", "document_name": ncr, "kind": "Changed"}
    [changes] = frappe.get_all("Audit Entry", told, pluck="changes")
    assert inspector in changes and "due_date" in changes
    with a.as_user(inspector):
        assert ncr in names(assigned="me")
        assert ncr not in names(assigned="nobody")
    assert ncr not in names(assigned="me")
    quality.assign(ncr)
    assert ncr in names(assigned="nobody")
    assert frappe.db.get_value("NCR", ncr, "due_date") is None
    assert len(notices(inspector, ncr)) == 1


def test_who_takes_it_himself_needs_no_notice(ncr: str) -> None:
    user = a.a_user("Quality")
    with a.as_user(user):
        quality.assign(ncr, user)
    assert notices(user, ncr) == []


@pytest.mark.parametrize("role", ["Trace Auditor", "Trace Machine", None])
def test_it_goes_to_nobody_who_does_not_work_on_it(ncr: str, head: Any, role: str | None) -> None:
    person = a.a_user(role) if role else "nobody@example.com"
    assert person not in [one["name"] for one in quality.people()]
    with pytest.raises((errors.BadInput, frappe.LinkValidationError)):
        quality.assign(ncr, person)


def test_a_disabled_user_is_not_offered(ncr: str, head: Any) -> None:
    person = a.a_user("Inspector")
    assert person in [one["name"] for one in quality.people()]
    frappe.db.set_value("User", person, "enabled", 0)
    assert person not in [one["name"] for one in quality.people()]
    with pytest.raises((errors.BadInput, frappe.ValidationError)):
        quality.assign(ncr, person)


def test_a_day_that_is_past_is_refused_and_one_that_has_passed_stays(ncr: str, head: Any) -> None:
    with pytest.raises(errors.BadInput, match="is past"):
        quality.assign(ncr, a.a_user("Inspector"), str(add_days(today(), -1)))
    quality.assign(ncr, a.a_user("Inspector"), today())
    frappe.db.set_value("NCR", ncr, "due_date", add_days(today(), -1), update_modified=False)
    service.evaluate(ncr, "Handling")
    assert frappe.db.get_value("NCR", ncr, "workflow_state") == "Under Evaluation"


def test_a_closed_one_is_given_to_nobody(ncr: str, head: Any) -> None:
    frappe.db.set_value("NCR", ncr, "workflow_state", "Closed")
    with pytest.raises(StepRefused, match="closed"):
        quality.assign(ncr, a.a_user("Inspector"))


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize("role", ["Inspector", "Operator", "Trace Auditor"])
def test_only_who_writes_ncrs_gives_them_out(ncr: str, role: str) -> None:
    with a.as_user(a.a_user(role)):
        assert quality.board()["may_assign"] is False
        for ask in (quality.people, lambda: quality.assign(ncr, "Administrator")):
            with pytest.raises(frappe.PermissionError):
                ask()
