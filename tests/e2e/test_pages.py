"""The pages in a browser, on the demo plant, as the people of the plant use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PHONE = (390, 844)
LOT, UNIT, BAR = "SC-2601", "S2601-003", "TI-H817"
PAGES = [
    "/med-trace",
    f"/med-trace/scan?code={UNIT}",
    f"/med-trace/lot/{LOT}",
    f"/med-trace/trace/{BAR}",
    f"/med-trace/trace/{BAR}?view=table",
    "/med-trace/records",
    "/med-trace/records/Material Lot?state=!=Released",
    f"/med-trace/records/Serial Unit/{UNIT}",
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
    page.get_by_text("发生了什么").wait_for()
    visitor.speak("en")
    page.get_by_text("What happened").wait_for()


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
    page.get_by_role("region", name="Open NCRs").wait_for()
    page = visit().log_in("operator").page
    page.get_by_role("region", name="Operations to finish").wait_for()
    assert page.get_by_role("region", name="Releases to sign").count() == 0


@pytest.mark.requirement("VIEW-2")
def test_an_ended_session_loses_nothing(visit: Any) -> None:
    visitor = visit().log_in("quality", "/med-trace/scan")
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


@pytest.mark.requirement("VIEW-2", "VIEW-4")
@pytest.mark.parametrize("size", [PHONE, (1366, 900)], ids=["phone", "desk"])
def test_pages_fit_and_are_accessible(visit: Any, node_modules: Path, size: tuple[int, int]) -> None:
    """No sideways scrolling of the page, and no violation that axe finds."""
    axe = node_modules / "axe-core" / "axe.min.js"
    visitor = visit(*size).log_in("supervisor")
    found = []
    for path in PAGES:
        page = visitor.go(path)
        page.locator("h1, h2").first.wait_for()
        page.wait_for_load_state("networkidle")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path}: wider than the window")
        page.evaluate(axe.read_text(encoding="utf-8"))
        report = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        assert len(report["passes"]) > 5, "axe has looked at nothing"
        found += [
            f"{path}: {rule['id']}: {rule['help']}: {[node['html'][:160] for node in rule['nodes'][:3]]}"
            for rule in report["violations"]
        ]
    assert found == []


def test_a_guest_is_sent_to_the_login_and_back(visit: Any) -> None:
    visitor = visit().log_in("auditor", f"/med-trace/trace/{BAR}?direction=backward&view=table")
    assert visitor.page.url.endswith(f"/med-trace/trace/{BAR}?direction=backward&view=table")
