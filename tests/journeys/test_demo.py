"""`bench med-trace demo` builds the plant once, and on no site that somebody works on."""

from __future__ import annotations

from pathlib import Path

import pytest

import builders as a
import frappe
from med_trace.demo import load, show_users
from med_trace.demo.load import LANDMARK, SiteInUse
from med_trace.demo.users import USERS
from med_trace.domain.errors import BadInput

FIXTURES = Path(__file__).parents[2] / "fixtures"
pytestmark = pytest.mark.usefixtures("site")


@pytest.mark.requirement("OPS-1")
def test_the_demo_is_loaded_once_and_tells_who_can_log_in() -> None:
    lines: list[str] = []
    load(FIXTURES, force=True, say=lines.append)
    lots = frappe.db.count("Material Lot")
    assert not load(FIXTURES, force=True, say=lines.append)
    assert frappe.db.count("Material Lot") == lots
    assert lines[-1] == "The demo plant is there already."
    show_users("trace-demo-2026", lines.append)
    assert lines[-1 - len(USERS)].endswith("trace-demo-2026:")
    assert {line.split()[0] for line in lines[-len(USERS) :]} == {user.email for user in USERS}


def test_there_is_one_demo_user_for_every_role() -> None:
    roles = set(frappe.get_all("Role", filters={"name": ["like", "Trace %"]}, pluck="name"))
    assert {user.role for user in USERS} == roles


@pytest.mark.requirement("OPS-1")
def test_a_site_with_records_of_its_own_is_left_alone() -> None:
    if frappe.db.exists("Material Lot", LANDMARK):
        pytest.skip("the demo is on this site")
    a.a_received_lot()
    with pytest.raises(SiteInUse, match="Material Lot"):
        load(FIXTURES, say=lambda line: None)


def test_a_wrong_folder_is_named(tmp_path) -> None:
    if frappe.db.exists("Material Lot", LANDMARK):
        pytest.skip("the demo is on this site")
    with pytest.raises(BadInput, match=str(tmp_path)):
        load(tmp_path, force=True, say=lambda line: None)
