"""The pages in a browser, on the demo plant, as the people of the plant use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from visitor import DESK, PHONE

LOT, UNIT, BAR = "SC-2601", "S2601-003", "TI-H817"
RECALL, NCR = "RCL-2026-0001", "NCR-2026-0001"
# The twelve pages, as the person who uses each.
PAGES = [
    ("home-operator", "operator", "/med-trace"),
    ("home-quality", "quality", "/med-trace"),
    ("scan", "operator", f"/med-trace/scan?code={UNIT}"),
    ("work", "operator", "/med-trace/work"),
    ("inspect", "inspector", "/med-trace/inspect"),
    ("lot", "quality", f"/med-trace/lot/{LOT}"),
    ("releases", "quality", "/med-trace/release"),
    ("release", "quality", "/med-trace/release/SC-2605"),
    ("trace", "quality", f"/med-trace/trace/{BAR}"),
    ("recalls", "regulatory", "/med-trace/recall"),
    ("recall-new", "regulatory", "/med-trace/recall/new"),
    ("recall", "regulatory", f"/med-trace/recall/{RECALL}"),
    ("quality", "quality", "/med-trace/quality"),
    ("records", "supervisor", "/med-trace/records"),
    ("import", "warehouse", "/med-trace/import?what=lots"),
    ("list", "supervisor", "/med-trace/records/Material Lot?state=!=Released"),
    ("record", "supervisor", f"/med-trace/records/Serial Unit/{UNIT}"),
    ("form", "quality", f"/med-trace/records/NCR/{NCR}"),
    ("new", "supervisor", "/med-trace/records/Process Routing/new"),
    ("configure", "administrator", "/med-trace/configure"),
    ("public", "", f"/01/09521234001010/10/{LOT}/21/{UNIT}"),
]


@pytest.mark.requirement("VIEW-2", "ID-5", "ID-6", "TRC-1")
def test_from_a_scanned_unit_to_the_hospitals(visit: Any) -> None:
    visitor = visit().log_in("quality", "/med-trace/scan")
    page = visitor.page
    visitor.scan(UNIT)
    page.get_by_role("heading", name=UNIT).wait_for()
    assert page.get_by_text("On Hold").first.is_visible()
    page.get_by_role("link", name=f"Open lot {LOT}").click()
    page.get_by_role("heading", name=LOT).wait_for()
    page.get_by_role("link", name=BAR).click()
    page.get_by_role("link", name="Where did it go?").click()
    page.get_by_role("link", name="St. Mary Hospital").wait_for()
    assert page.get_by_role("link", name="Huashan City Hospital").is_visible()


@pytest.mark.requirement("CFG-3")
def test_chinese_is_one_touch_away_and_stays(visit: Any) -> None:
    visitor = visit().log_in("auditor", f"/med-trace/lot/{LOT}")
    page = visitor.page
    page.get_by_role("heading", name=LOT).wait_for()
    visitor.speak("zh")
    page.get_by_role("heading", name="由什么制成").or_(
        page.get_by_role("link", name="由什么制成？")
    ).wait_for()
    assert page.get_by_text("已召回").first.is_visible()
    page.reload()
    page.get_by_role("heading", name="发生了什么").wait_for()
    visitor.speak("en")
    page.get_by_role("heading", name="What happened").wait_for()


@pytest.mark.requirement("VIEW-2")
def test_an_unknown_code_says_why_and_stays_in_the_field(visit: Any) -> None:
    visitor = visit().log_in("warehouse", "/med-trace/scan")
    visitor.scan("NOBODY-KNOWS-THIS")
    visitor.page.get_by_role("alert").wait_for()
    assert "NOBODY-KNOWS-THIS is no lot" in visitor.page.get_by_role("alert").inner_text()
    assert visitor.page.get_by_label("Scan a label").input_value() == "NOBODY-KNOWS-THIS"
    visitor.scan(LOT)  # the next scan replaces it
    visitor.page.get_by_role("heading", name=LOT).wait_for()
    visitor.forgive("404")


@pytest.mark.requirement("VIEW-2")
def test_a_scan_counts_wherever_the_focus_is(visit: Any) -> None:
    visitor = visit().log_in("operator", "/med-trace/scan")
    visitor.page.get_by_role("button", name="Look up").focus()
    visitor.scan(UNIT)
    visitor.page.get_by_role("heading", name=UNIT).wait_for()


@pytest.mark.requirement("VIEW-1")
def test_home_shows_what_waits_for_the_role(visit: Any) -> None:
    page = visit().log_in("quality").page
    page.get_by_role("region", name="Lots awaiting release").get_by_role("link").first.wait_for()
    page.get_by_role("region", name="Open NCRs", exact=True).wait_for()
    page = visit().log_in("operator").page
    page.get_by_role("region", name="Operations to finish").wait_for()
    assert page.get_by_role("region", name="Releases to sign").count() == 0


@pytest.mark.requirement("VIEW-2")
def test_an_ended_session_loses_nothing(visit: Any) -> None:
    visitor = visit().log_in("quality", "/med-trace/scan")
    visitor.page.wait_for_load_state("networkidle")  # an answer under way would bring the cookie back
    visitor.page.context.clear_cookies()
    visitor.scan(UNIT)
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("trace-demo-2026")
    dialog.get_by_role("button", name="Log in").click()
    visitor.page.get_by_role("heading", name=UNIT).wait_for()
    visitor.forgive("403")


@pytest.mark.requirement("CFG-1")
def test_filters_and_order_stay_in_the_address(visit: Any) -> None:
    visitor = visit().log_in("auditor", "/med-trace/records/Material Lot?kind=Finished&_sort=name")
    page = visitor.page
    page.get_by_role("link", name=LOT).wait_for()
    assert page.get_by_role("link", name=BAR).count() == 0
    page.get_by_role("button", name="Kind is Finished").click()
    page.get_by_role("link", name=BAR).wait_for()
    page.go_back()
    page.get_by_role("button", name="Kind is Finished").wait_for()


@pytest.mark.requirement("VIEW-2", "VIEW-4", "CFG-3")
@pytest.mark.parametrize(("size", "lang"), [(PHONE, "zh"), (DESK, "en")], ids=["phone-zh", "desk-en"])
@pytest.mark.parametrize(("person", "path"), [page[1:] for page in PAGES], ids=[page[0] for page in PAGES])
def test_every_page_fits_and_is_accessible(
    visit: Any, node_modules: Path, person: str, path: str, size: tuple[int, int], lang: str
) -> None:
    """No sideways scrolling of the page, and no violation that axe finds."""
    visitor = visit(*size, person=person, lang=lang)
    page = visitor.go(path if person else f"{path}?lang={lang}")
    page.locator("h1").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert not person or page.get_by_role("alert").all_inner_texts() == []
    assert visitor.faults() == []


def test_a_guest_is_sent_to_the_login_and_back(visit: Any) -> None:
    visitor = visit().log_in("auditor", f"/med-trace/trace/{BAR}?direction=backward&view=table")
    assert visitor.page.url.endswith(f"/med-trace/trace/{BAR}?direction=backward&view=table")
