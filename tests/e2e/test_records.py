"""Any record in a browser: found, edited by keyboard, saved by two people at once; and the configuration."""

from __future__ import annotations

import time
from typing import Any

import pytest

import at_work
from visitor import DESK, PHONE

NEW = f"E2E-{time.time_ns() // 1000 % 10**9}"  # names of this run: the site may have had one before
CONFLICT = "Somebody else saved this record while you were typing"


@pytest.mark.requirement("VIEW-4")
def test_a_routing_is_written_by_keyboard_alone_and_what_is_missing_gets_the_focus(visit: Any) -> None:
    page = visit().log_in("supervisor", "/med-trace/records/Process Routing/new").page
    page.get_by_label("Routing Name").focus()
    page.keyboard.type(NEW)
    page.keyboard.press("Tab")
    page.keyboard.type("scre")
    page.get_by_role("option", name="SCREW-6540").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add a row Operations").press("Enter")
    page.keyboard.type("10")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.type("Polishing")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Control+s")
    page.get_by_text("Still missing: Operations, row 2: Operation").wait_for()
    page.keyboard.type("Turning")  # the focus is where the name is missing
    page.keyboard.press("Control+s")
    page.get_by_role("heading", name=f"{NEW}-A").wait_for()
    rows = page.get_by_role("region", name="Operations").get_by_role("row").all_inner_texts()
    assert "Polishing" in rows[1] and "Turning" in rows[2]


@pytest.mark.requirement("VIEW-4", "CFG-1")
def test_a_link_offers_what_fits_and_says_when_something_does_not(visit: Any) -> None:
    visitor = visit(*DESK, person="supervisor")
    page = visitor.go("/med-trace/records/Process Record/new")

    def offered(label: str) -> list[str]:
        field = page.get_by_role("combobox", name=label, exact=True)
        field.click()
        page.locator("[role=option]:visible").first.wait_for()
        names = [one.split("\n")[0] for one in page.locator("[role=option]:visible").all_inner_texts()]
        page.keyboard.press("Escape")
        return names

    assert len(offered("Routing")) > 1
    at_work.choose(page, "Lot", "SC-2605")
    page.get_by_role("main").get_by_text("SCREW-6540", exact=True).first.wait_for()  # its item, shown at once
    assert offered("Routing") == ["SCREW-6540-A"]
    other = next(
        one["name"] for one in visitor.records("Process Routing", ["name"]) if "SCREW" not in one["name"]
    )
    page.get_by_role("combobox", name="Routing", exact=True).fill(other)
    page.keyboard.press("Tab")
    page.get_by_role("alert").get_by_text(
        f"{other} is not there, is disabled, or does not fit here."
    ).wait_for()
    at_work.choose(page, "Routing", "SCREW-6540-A")
    page.get_by_role("alert").wait_for(state="detached")


@pytest.mark.requirement("AUD-1", "AUD-6")
def test_two_people_in_one_record_lose_nothing(visit: Any) -> None:
    first, second = visit().log_in("supervisor"), visit(*PHONE).log_in("administrator")
    at_work.a_tool(first, NEW)
    for visitor in (first, second):
        page = visitor.go(f"/med-trace/records/Tool/{NEW}")
        page.get_by_role("button", name="Edit", exact=True).click()
    first.page.get_by_label("Tool Name").fill("Caliper 150 mm")
    saved(first.page)
    second.page.get_by_label("Tool Name").fill("Caliper 200 mm")
    second.page.get_by_role("button", name="Save", exact=True).click()
    second.page.get_by_text(CONFLICT).wait_for()
    assert second.page.get_by_label("Tool Name").input_value() == "Caliper 200 mm"
    second.page.get_by_text("theirs: Caliper 150 mm").click()
    assert second.page.get_by_label("Tool Name").input_value() == "Caliper 150 mm"
    second.page.get_by_text("yours: Caliper 200 mm").click()
    saved(second.page)
    second.page.get_by_text("Caliper 200 mm").first.wait_for()
    second.problems.clear()  # the browser tells of the refusal that the page has shown


def saved(page: Any) -> None:
    """Saves, and gives the reason where the server asks for one."""
    page.get_by_role("button", name="Save", exact=True).click()
    reason, edit = page.get_by_label("Reason"), page.get_by_role("button", name="Edit", exact=True)
    reason.or_(edit).first.wait_for()
    if reason.is_visible():
        reason.fill("Measured again")
        page.get_by_role("button", name="Save the change").click()
    edit.wait_for()


def test_who_leaves_a_form_with_something_typed_is_asked(visit: Any) -> None:
    page = visit().log_in("supervisor", "/med-trace/records/Tool/new").page
    page.get_by_label("Tool Name").fill("Half a thought")
    page.get_by_role("link", name="Records").first.click()
    page.get_by_role("heading", name="Leave without saving?").wait_for()
    page.get_by_role("button", name="Go back").click()
    assert page.get_by_label("Tool Name").input_value() == "Half a thought"
    page.get_by_role("link", name="Records").first.click()
    page.get_by_role("button", name="Leave without saving").click()
    page.wait_for_url("**/med-trace/records")


def test_filters_order_and_columns_stand_in_the_address(visit: Any) -> None:
    page = visit().log_in("quality", "/med-trace/records/Material Lot").page
    page.get_by_label("Number contains").fill("SC-26")
    page.keyboard.press("Enter")
    page.wait_for_url("**name=~SC-26**")
    page.get_by_text("Columns").first.click()
    page.get_by_label("Add a column").select_option(label="Heat or Melt No.")
    page.wait_for_url("**_columns=**")
    page.get_by_role("button", name="Sort by Number").click()
    page.wait_for_url("**_sort=name**")
    page.reload()
    page.get_by_role("columnheader", name="Heat or Melt No.").wait_for()
    numbers = page.locator("tbody tr td:first-child").all_inner_texts()
    assert numbers == sorted(numbers) and numbers[0].startswith("SC-26")


@pytest.mark.requirement("CFG-1", "AUD-6")
def test_a_new_field_appears_in_the_form_without_code_and_its_reason_in_the_history(visit: Any) -> None:
    visitor = visit(*DESK).log_in("administrator", "/med-trace/configure/fields")
    page = visitor.page
    page.get_by_label("Record type").select_option(label="Tool")
    page.get_by_role("button", name="Add a field").click()
    page.get_by_label("Label").fill(NEW)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Why is this changed?").wait_for()
    page.keyboard.type("Asked for by the tool room")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name=NEW, exact=True).wait_for()
    page.get_by_text("Asked for by the tool room").first.wait_for()
    visitor.go("/med-trace/records/Tool/new")
    page.get_by_label(NEW).wait_for()


@pytest.mark.requirement("CFG-1")
def test_a_label_layout_is_seen_while_it_is_made(visit: Any) -> None:
    page = visit(*DESK).log_in("administrator", "/med-trace/configure/labels").page
    page.get_by_role("button", name="New: Label Layout").click()
    page.get_by_role("img", name="Sample label").wait_for()
    page.get_by_label("Layout Name").fill(NEW)
    page.get_by_label("Active").uncheck()
    page.get_by_role("button", name="Add a row Lines").click()
    page.keyboard.type("LOT")
    page.get_by_text("add a line LOT").wait_for(state="detached")
    page.get_by_role("button", name="Save", exact=True).click()
    page.keyboard.type("Labels for the shop floor")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name=NEW, exact=True).wait_for()
