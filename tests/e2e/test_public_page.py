"""The public page of a label on an old phone: one request, no script, no login, and accessible."""

from __future__ import annotations

from typing import Any

import pytest

LABEL = "/01/09521234001010/10/SC-2601/21/S2601-003"
OLD_PHONE = (320, 560)


@pytest.mark.requirement("ID-6", "CFG-3", "VIEW-4")
@pytest.mark.parametrize(
    ("path", "told"), [(LABEL, "Do not use this product"), (f"{LABEL}?17=311110&lang=zh", "请勿使用本产品")]
)
def test_a_label_opens_on_an_old_phone_in_one_request(visit: Any, path: str, told: str) -> None:
    visitor = visit(*OLD_PHONE)
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url))
    page = visitor.go(path)
    assert page.get_by_role("alert").first.inner_text().count(told) == 1
    assert len(asked) == 1
    assert visitor.faults() == []


@pytest.mark.requirement("ID-6")
def test_the_page_needs_no_script_and_leads_who_may_to_the_history(
    browser: Any, address: str, visit: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + LABEL)
    assert page.get_by_text("S2601-003").first.is_visible()
    assert page.get_by_role("link", name="Open the full history").count() == 0
    context.close()
    visitor = visit().log_in("quality")
    visitor.go(LABEL).get_by_role("link", name="Open the full history").click()
    visitor.page.get_by_role("heading", name="S2601-003").wait_for()
