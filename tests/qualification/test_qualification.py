"""Fit for use on that day: suppliers, equipment, tools, people."""

import pytest

import builders as a
from frappe.utils import add_days, nowdate
from med_trace.domain.errors import BadInput
from med_trace.domain.qualification import NotQualified
from med_trace.qualification.service import is_qualified, require_qualified

pytestmark = pytest.mark.usefixtures("site")


@pytest.mark.requirement("PROD-6")
def test_a_qualification_holds_on_its_days_only() -> None:
    machine = a.a_workstation(is_qualified=False)
    a.a_qualification("Workstation", machine, "Calibration", valid_from="2026-01-01", valid_to="2026-06-30")
    answers = [
        is_qualified("Workstation", machine, "Calibration", day)
        for day in ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")
    ]
    assert answers == [False, True, True, False]


@pytest.mark.requirement("MAT-1")
@pytest.mark.parametrize("status", ["Suspended", "Withdrawn"])
def test_a_qualification_that_was_taken_away_does_not_hold(status: str) -> None:
    supplier = a.a_supplier(is_approved=False)
    a.a_qualification("Supplier", supplier, "Supplier Approval", status=status)
    with pytest.raises(NotQualified, match=status.lower()):
        require_qualified("Supplier", supplier, "Supplier Approval", nowdate())


def test_a_scope_limits_a_qualification() -> None:
    person = a.a_user("Operator")
    a.a_qualification("User", person, "Training", scope="Turning")
    assert is_qualified("User", person, "Training", nowdate(), scope="Turning")
    assert not is_qualified("User", person, "Training", nowdate(), scope="Cleaning")


def test_the_reason_names_what_is_missing() -> None:
    machine = a.a_workstation(is_qualified=False)
    a.a_qualification("Workstation", machine, "Calibration", valid_to=add_days(nowdate(), -3))
    with pytest.raises(NotQualified, match="ended on"):
        require_qualified("Workstation", machine, "Calibration", nowdate())


def test_a_kind_that_does_not_fit_its_subject_is_refused() -> None:
    with pytest.raises(BadInput, match="Supplier Approval"):
        a.a_qualification("Supplier", a.a_supplier(is_approved=False), "Calibration")


def test_a_validity_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="before"):
        a.a_qualification(
            "Workstation",
            a.a_workstation(),
            "Calibration",
            valid_from=nowdate(),
            valid_to=add_days(nowdate(), -1),
        )
