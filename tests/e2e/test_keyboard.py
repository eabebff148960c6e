"""By keyboard alone: Tab to what one came for, Enter, and it happens; the focus is always seen.

Work, Inspect, Records and Trace are walked further in their own files.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

MOST_TABS = 90
HAS_FOCUS = """() => {
    const element = document.activeElement
    const style = getComputedStyle(element)
    const name = element.getAttribute("aria-label") || element.labels?.[0]?.innerText || element.innerText || ""
    const isSeen = style.outlineStyle !== "none" || style.boxShadow !== "none"
    return {name: name.trim(), isSeen, isBody: element === document.body}
}"""


def tab_to(page: Any, name: str) -> None:
    """Goes on with Tab until the focus is on what is called `name`; every stop on the way is visible."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(HAS_FOCUS)
        assert focus["isBody"] or focus["isSeen"], f"the focus on {focus['name']!r} cannot be seen"
        if re.search(name, focus["name"]):
            return
    raise AssertionError(f"{name} is not reached with {MOST_TABS} tabs")


@pytest.mark.requirement("VIEW-4")
@pytest.mark.parametrize(
    ("person", "path", "wanted", "then"),
    [
        ("quality", "/med-trace", "^NCR|Complaint", "**/med-trace/records/NCR/**"),
        ("quality", "/med-trace/lot/SC-2601", "Where did it go", "**/med-trace/trace/SC-2601**"),
        ("quality", "/med-trace/release", "^SC-2605", "**/med-trace/release/SC-2605"),
        ("regulatory", "/med-trace/recall", "Build a scope", "**/med-trace/recall/new"),
        ("quality", "/med-trace/quality", "Complaint: screw", "**/med-trace/records/NCR/**"),
        ("administrator", "/med-trace/configure", "^Limits", "**/med-trace/configure/limits"),
        ("supervisor", "/med-trace/records", "^Process Record", "**/med-trace/records/Process**"),
        ("", "/01/09521234001010/10/SC-2601?lang=en", "中文", "**lang=zh**"),
    ],
    ids=["home", "lot", "release", "recall", "quality", "configure", "records", "public"],
)
def test_tab_and_enter_lead_on(visit: Any, person: str, path: str, wanted: str, then: str) -> None:
    page = visit(person=person).go(path)
    page.locator("h1").first.wait_for()
    page.wait_for_load_state("networkidle")
    tab_to(page, wanted)
    page.keyboard.press("Enter")
    page.wait_for_url(then)


@pytest.mark.requirement("VIEW-4", "RCL-1")
def test_a_scope_is_built_by_keyboard(visit: Any) -> None:
    page = visit(person="regulatory").go("/med-trace/recall/new")
    page.locator("h1").wait_for()
    tab_to(page, "^Kind")
    page.keyboard.type("Supplier L")
    tab_to(page, "^Value")
    page.keyboard.type("NT-55120")
    page.keyboard.press("Tab")
    page.get_by_role("region", name="Consignees").get_by_text("St. Mary Hospital").first.wait_for()


@pytest.mark.requirement("VIEW-4", "SIG-1")
def test_a_signature_is_begun_and_left_by_keyboard(visit: Any) -> None:
    page = visit(person="quality.head").go("/med-trace/release/SC-2605")
    page.locator("h1").wait_for()
    page.wait_for_load_state("networkidle")
    tab_to(page, "^Sign the release")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Electronic signature")
    dialog.get_by_label("User id").wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert "Sign the release" in page.evaluate(HAS_FOCUS)["name"]
