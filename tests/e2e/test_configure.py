"""Administrators write notices and print layouts and change rights in the browser; others see what came of it at once."""

from __future__ import annotations

import time
from typing import Any

import pytest

import at_work
from visitor import DESK, PHONE

NEW = f"E2E-{time.time_ns() // 1000 % 10**9}"  # names of this run: the site may have had one before
pytestmark = pytest.mark.requirement("CFG-1")


def saved(page: Any, name: str, reason: str) -> None:
    """Saves what is open, with the reason, and sees it in the list and in the history."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Why is this changed?").wait_for()
    page.keyboard.type(reason)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name=name, exact=True).wait_for()
    page.get_by_text(reason).first.wait_for()


def removed(page: Any, name: str) -> None:
    page.get_by_role("button", name=f"Remove {name}").click()
    page.get_by_role("heading", name="Why is this changed?").wait_for()
    page.keyboard.type("The trial is over")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name=name, exact=True).wait_for(state="detached")


@pytest.mark.requirement("AUD-6")
def test_a_notice_is_seen_while_it_is_written_and_reaches_whom_it_names(visit: Any) -> None:
    administrator, notice = visit(*DESK, person="administrator"), f"{NEW} tools"
    page = administrator.go("/med-trace/configure/notices")
    page.get_by_role("button", name="New: Notification").click()
    page.get_by_role("textbox", name="Name").fill(notice)
    page.get_by_label("About").select_option(label="Tool")
    page.get_by_role("textbox", name="Only when").fill("doc.tool_tipe == 'Gauge'")
    page.get_by_role("textbox", name="Subject").fill("A new gauge: {{ doc.name }}")
    page.get_by_role("textbox", name="Message").fill("<p>{{ doc.tool_name }}</p>")
    page.get_by_role("button", name="Add a row Recipients").click()
    page.get_by_role("combobox", name="Everyone with the role").select_option("Trace Supervisor")
    page.get_by_text("condition, line 1: Tool has no field tool_tipe. Did you mean tool_type?").wait_for()
    page.get_by_role("textbox", name="Only when").fill("doc.tool_type == 'Gauge'")
    page.get_by_role("region", name="How it looks").get_by_text("A new gauge:").wait_for()
    assert administrator.faults() == []
    saved(page, notice, "The tool room asked for it")

    supervisor, tool = visit(*PHONE, person="supervisor"), f"{NEW}-G"
    at_work.a_tool(supervisor, tool)
    page = supervisor.go("/med-trace")
    card = page.get_by_role("region", name="Notices for you")
    card.get_by_text(f"A new gauge: {tool}").wait_for()
    assert supervisor.faults() == []
    card.get_by_role("link", name=f"A new gauge: {tool}").click()
    page.get_by_role("heading", name=tool).wait_for()
    supervisor.go("/med-trace")
    page.get_by_role("heading", name="What waits for you").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.get_by_text(f"A new gauge: {tool}").count() == 0
    removed(administrator.page, notice)


def test_a_layout_is_seen_while_it_is_made_and_offered_by_its_records(visit: Any) -> None:
    administrator, layout = visit(*DESK, person="administrator"), f"{NEW} card"
    page = administrator.go("/med-trace/configure/prints")
    page.get_by_role("button", name="New: Print Format").click()
    page.get_by_role("textbox", name="Name").fill(layout)
    page.get_by_label("About").select_option(label="Tool")
    html = page.get_by_role("textbox", name="Layout")
    page.get_by_text("Tool has no field").wait_for(state="detached")
    page.wait_for_function("document.querySelector('textarea.font-mono').value.includes('doc.tool_name')")
    html.fill("<h1>Card of {{ doc.name }}</h1>")
    page.frame_locator("iframe").get_by_role("heading", name="Card of").wait_for()
    assert administrator.faults() == []
    saved(page, layout, "Cards for the tool room")

    supervisor, tool = visit(*DESK, person="supervisor"), f"{NEW}-P"
    at_work.a_tool(supervisor, tool)
    link = supervisor.page.get_by_role("link", name=f"Print: {layout}")
    supervisor.go(link.get_attribute("href"))
    supervisor.page.get_by_role("heading", name=f"Card of {tool}").wait_for()
    removed(administrator.page, layout)


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_role_gets_a_right_with_a_reason_and_loses_it_again(visit: Any, size: tuple[int, int]) -> None:
    visitor = visit(*size, person="administrator")
    page = visitor.go("/med-trace/configure/roles")
    cell = page.get_by_role("button", name="Tool, Trace Warehouse")
    before = cell.inner_text()
    cell.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("write").check()
    assert visitor.faults() == []
    dialog.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Why is this changed?").wait_for()
    page.keyboard.type("They keep the gauges")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Tool, Trace Warehouse: read, write").wait_for()
    page.get_by_text("They keep the gauges").first.wait_for()
    assert visitor.faults() == []
    page.get_by_role("button", name="Tool, Trace Warehouse").click()
    dialog.get_by_role("button", name="Back to the rules that came with the app").click()
    page.get_by_role("heading", name="Why is this changed?").wait_for()
    page.keyboard.type("The trial is over")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Tool, Trace Warehouse: read", exact=True).wait_for()
    assert cell.inner_text() == before
