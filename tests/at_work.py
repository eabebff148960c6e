"""What the people of the demo plant do on the pages, a step a function. Each takes the visitor who does it."""

from __future__ import annotations

import re
from typing import Any

from visitor import PASSWORD, Visitor

SIGN = re.compile(r"^Sign|signature$")
# ERPNext's labels, or those of the embedded runtime.
ADD_A_ROW = re.compile(r"Add a row\s+(Items|Delivery Note Item)$")
FIRST_ROW = re.compile(r"^(Items|Delivery Note Item), row 1$")
QUANTITY = re.compile(r"^(Qty|Quantity|Accepted Quantity)$")
WAREHOUSE = re.compile(r"^(Accepted )?Warehouse$")
FROM_WAREHOUSE = re.compile(r"^(S|Source) Warehouse$")
BY_BATCH = re.compile(r"^Use Serial (No / )?Batch Fields$")


def choose(place: Any, label: str | re.Pattern[str], text: str, name: str | None = None) -> None:
    """Types into a Link field and takes the offered record."""
    field = place.get_by_role("combobox", name=label, exact=True)
    field.fill(text)
    page = place.page if hasattr(place, "page") else place
    offered = page.locator("[role=option]:visible")
    (offered.filter(has_text=name or text)).first.click()


def run_operation(
    visitor: Visitor, lot: str, operation: str, readings: dict[str, str], station: str | None = None
) -> Any:
    """Starts an operation, enters its readings and finishes it; what follows is told on the page."""
    begin_operation(visitor, lot, operation, station)
    enter_readings(visitor, readings)
    return finish_operation(visitor)


def begin_operation(visitor: Visitor, lot: str, operation: str, station: str | None = None) -> None:
    page = visitor.go("/med-trace/work")
    page.get_by_role("button", name=f"Start {operation} of {lot}").click()
    dialog = page.get_by_role("dialog")
    if station:
        dialog.get_by_role("radio", name=station).check()
    dialog.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/work/PREC*")
    page.get_by_role("button", name="Finish operation").wait_for()


def enter_readings(visitor: Visitor, readings: dict[str, str]) -> None:
    """Types each reading and goes on with Enter, as one does with gloves."""
    for name, value in readings.items():
        visitor.page.get_by_label(name, exact=True).first.fill(value)
        visitor.page.keyboard.press("Enter")


def finish_operation(visitor: Visitor) -> Any:
    visitor.page.get_by_role("button", name="Finish operation").click()
    told = visitor.page.get_by_role("region", name="What follows")
    told.wait_for()
    return told


def inspect(visitor: Visitor, lot: str, values: dict[str, str], passed: tuple[str, ...] = ()) -> Any:
    """Fills in the grid of samples and submits; `values` by characteristic, `passed` those that are seen to be right."""
    page = visitor.go("/med-trace/inspect")
    page.get_by_role("button", name=f"Inspect {lot}").click()
    page.wait_for_url("**/inspect/INSP*")
    page.get_by_role("button", name="Submit inspection").wait_for()
    for name, value in values.items():
        for cell in page.get_by_role("textbox", name=re.compile(rf"^{re.escape(name)}, sample \d+")).all():
            cell.fill(value)
    for name in passed:
        for cell in page.get_by_role(
            "button", name=re.compile(rf"^{re.escape(name)}, sample \d+: pass")
        ).all():
            cell.click()
    page.get_by_role("button", name="Submit inspection").click()
    told = page.get_by_role("region", name="What follows")
    told.wait_for()
    return told


def sign(page: Any, person: str, password: str = PASSWORD, reason: str = "") -> None:
    """Fills in the dialog of a signature; the user id where it is asked for."""
    dialog = page.get_by_role("dialog", name="Electronic signature")
    dialog.get_by_label("Password").wait_for()
    if dialog.get_by_label("User id").count():
        dialog.get_by_label("User id").fill(f"{person}@traceworks.example")
    if reason:
        dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_label("Password").fill(password)
    dialog.get_by_role("button", name="Sign", exact=True).click()


def release(visitor: Visitor, person: str, lot: str) -> None:
    """One signature of a release; prepares it where nobody has."""
    page = visitor.go(f"/med-trace/release/{lot}")
    page.locator("main").get_by_role("button", name=SIGN).click()
    sign(page, person)
    page.get_by_role("dialog").wait_for(state="detached")


def save(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Save", exact=True).click()
    visitor.page.wait_for_url(re.compile(r"/records/[^/]+/(?!new$)[^/]+$"))


def submit(visitor: Visitor) -> None:
    """Submits the record that is open, and confirms where the page asks."""
    page = visitor.page
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("dialog").or_(page.get_by_text("Submitted").first).first.wait_for()
    if page.get_by_role("dialog").count():
        page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    page.get_by_text("Submitted").first.wait_for()


def a_tool(visitor: Visitor, name: str) -> None:
    """A tool of its own, made through the form."""
    page = visitor.go("/med-trace/records/Tool/new")
    page.get_by_label("Tool ID").fill(name)
    page.get_by_label("Tool Name").fill("Caliper")
    page.get_by_label("Type").select_option("Gauge")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name=name).wait_for()
