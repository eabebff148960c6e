"""With gloves and a scanner: cases are packed without a connection, a component goes into one piece, what was begun
by mistake is given up.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import at_work
from visitor import DESK, PHONE, Visitor

SETS, BODIES = "IS-2611", "CB-2611"


@pytest.fixture(scope="module")
def address(own_address: str) -> str:
    """A plant of our own: what is packed and used up here is gone."""
    return own_address


def token(visitor: Visitor) -> str:
    return str(visitor.call("med_trace.api.screen.boot")["csrf_token"])


def loose_units(visitor: Visitor, count: int) -> list[str]:
    """Pieces in stock that no case holds."""
    found = visitor.records("Serial Unit", ["name"], whereabouts="In Stock", state="", lot=["like", "SC-26%"])
    scanned = (visitor.call("med_trace.api.scan.resolve", code=one["name"]) for one in found)
    loose = (one["name"] for one in scanned if "Pack" in one["actions"] and not one["container"])
    return [next(loose) for _ in range(count)]


def scanned(visitor: Visitor, code: str) -> Any:
    page = visitor.go("/med-trace/scan")
    page.get_by_label("Scan a label").wait_for()
    visitor.scan(code)
    page.get_by_role("heading", name=code, exact=True).wait_for()
    return page


@pytest.mark.requirement("DIST-4", "VIEW-2", "VIEW-4")
def test_a_case_is_packed_without_a_connection_and_unpacked_from_its_label(visit: Any) -> None:
    visitor = visit(*PHONE, person="warehouse")
    first, second = loose_units(visitor, 2)
    case = visitor.call("med_trace.api.distribution.new_sscc", token(visitor))
    page = scanned(visitor, first)
    page.get_by_role("button", name="Pack", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Pack: {first}")
    visitor.scan("NOBODY-KNOWS")
    dialog.get_by_role("alert").filter(has_text="NOBODY-KNOWS is no lot").wait_for()
    visitor.forgive("404")
    assert visitor.faults() == []
    visitor.context.set_offline(True)
    visitor.scan(second)  # replaces the wrong code, and waits: nobody can be asked what it is
    dialog.get_by_text("Looked up when the connection is back").wait_for()
    dialog.get_by_label("Case or pallet: scan its label").fill(f"]C100{case}")
    dialog.get_by_role("button", name="Pack", exact=True).click()
    page.get_by_text("Kept on this device: Pack").wait_for()
    visitor.context.set_offline(False)
    page.get_by_role("button", name=re.compile(r"\d entr(y|ies) waits?")).wait_for(state="detached")
    visitor.forgive("ERR_INTERNET_DISCONNECTED")
    inside = visitor.call("med_trace.api.distribution.contents", container=case)
    assert {row["serial_unit"] for row in inside} == {first, second}
    visitor.go("/med-trace/scan")
    page.get_by_label("Scan a label").wait_for()
    visitor.scan(f"00{case}")
    page.get_by_role("heading", name=case).wait_for()
    page.get_by_role("button", name="Unpack", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Unpack: {case}")
    dialog.get_by_role("button", name="Unpack", exact=True).click()
    dialog.wait_for(state="detached")
    page.get_by_text("It is empty.").wait_for()
    assert visitor.call("med_trace.api.scan.resolve", code=second)["container"] is None


@pytest.mark.requirement("PROD-2", "PROD-4", "TRC-1", "VIEW-4")
def test_a_component_goes_into_one_piece_with_its_cavity_and_the_recording_stays(
    visit: Any, tmp_path: Path
) -> None:
    supervisor = visit(*DESK, person="supervisor")
    supervisor.call(
        "med_trace.api.lots.start_lot", token(supervisor), item_code="INFUSION-SET", lot_no="IS-9300"
    )
    operator = visit(*PHONE, person="operator")
    at_work.begin_operation(operator, "IS-9300", "10 Assembly", "Cleanroom bench 3")
    page = operator.page
    page.get_by_role("button", name="Into one piece …").click()
    page.get_by_label("Goes into the piece").fill("I9300-001")
    page.keyboard.press("Enter")
    operator.scan(BODIES)
    page.get_by_text("may be used").wait_for()
    page.get_by_label("Cavity · optional").select_option("3")
    page.get_by_role("button", name="Use it").click()
    page.get_by_text("Cavity 3 · into I9300-001").wait_for()
    recording = tmp_path / "dwell.csv"
    recording.write_text("second,dwell\n0,5.0\n1,5.2\n")
    page.get_by_role("button", name="More of Solvent dwell").click()
    page.get_by_label("Add a recording of the machine (CSV): Solvent dwell").set_input_files(recording)
    page.get_by_role("link", name="Recording: dwell.csv").wait_for()
    page.get_by_label("Good", exact=True).focus()  # no field lies half under the bar with the button
    assert operator.faults() == []
    at_work.enter_readings(operator, {"Solvent dwell": "5.1"})
    page.get_by_label("Good", exact=True).fill("1")
    page.get_by_role("button", name="Finish operation").click()
    page.get_by_role("alert").filter(has_text="not among the pieces that came out").wait_for()
    operator.forgive("417")
    page.get_by_text("Pieces by cavity and serial number").click()
    page.get_by_role("button", name="Add a line").click()
    page.get_by_label("Serial numbers", exact=False).last.fill("I9300-001")
    page.keyboard.press("Tab")
    at_work.finish_operation(operator)
    unit = operator.call("med_trace.api.scan.resolve", code="I9300-001")
    assert (unit["doctype"], unit["lot"], unit["whereabouts"]) == ("Serial Unit", "IS-9300", "In Stock")
    [record] = operator.records("Process Record", ["name"], lot="IS-9300", operation_no=10)
    [reading] = operator.call("med_trace.api.work.record", name=record["name"])["parameters"]
    assert "dwell" in reading["series_file"]


@pytest.mark.requirement("AUD-6", "PROD-3")
def test_an_operation_begun_by_mistake_is_given_up_with_a_reason(visit: Any) -> None:
    supervisor = visit(*DESK, person="supervisor")
    supervisor.call(
        "med_trace.api.lots.start_lot", token(supervisor), item_code="INFUSION-SET", lot_no="IS-9301"
    )
    operator = visit(*PHONE, person="operator")
    at_work.begin_operation(operator, "IS-9301", "10 Assembly", "Cleanroom bench 3")
    page = operator.page
    at_work.enter_readings(operator, {"Solvent dwell": "5.1"})
    page.get_by_role("button", name="Begun by mistake …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("the wrong lot was on the bench")
    dialog.get_by_role("button", name="Give it up").click()
    page.get_by_role("button", name="Start 10 Assembly of IS-9301").wait_for()
    [record] = operator.records("Process Record", ["name", "docstatus"], lot="IS-9301")
    assert record["docstatus"] == 2
    page = visit(*DESK, person="auditor").go(f"/med-trace/records/Process Record/{record['name']}")
    page.get_by_text("the wrong lot was on the bench").first.wait_for()
