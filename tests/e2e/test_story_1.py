"""Story 1 through the pages: from a bar that arrives to a screw at a hospital, and from a complaint back to the heat."""

from __future__ import annotations

import re
from typing import Any

import pytest

import at_work
from visitor import DESK, PHONE

BAR, HEAT, LOT, UNIT = "TI-H900", "H900", "SC-2604", "S2604-001"


def bar_arrives(visitor: Any) -> None:
    """Warehouse: the batch, and the receipt that brings it."""
    page = visitor.go("/med-trace/records/Batch/new")
    page.get_by_label("Batch ID").fill(BAR)
    at_work.choose(page, "Item", "TI-BAR-12")
    at_work.save(visitor)
    visitor.go("/med-trace/records/Purchase Receipt/new")
    at_work.choose(page, "Supplier", "Nordic", "Nordic Titanium AB")
    page.get_by_role("button", name="Add a row Items").click()
    page.get_by_role("button", name="All fields of row 1").click()
    row = page.get_by_role("group", name="Items, row 1")
    at_work.choose(row, "Item Code", "TI-BAR-12")
    row.get_by_label("Qty", exact=True).fill("5")
    at_work.choose(row, "Warehouse", "Stores")
    row.get_by_label("Use Serial Batch Fields").check()
    at_work.choose(row, "Batch No", BAR)
    row.get_by_label("Supplier Lot").fill("NT-55900")
    row.get_by_label("Heat Number").fill(HEAT)
    row.get_by_label("Certificate Number").fill("EN10204-3.1/55900")
    at_work.save(visitor)
    at_work.submit(visitor)


@pytest.mark.requirement("MAT-1", "MAT-2", "INSP-2", "CFG-1")
def test_a_bar_arrives_is_held_inspected_and_accepted(visit: Any) -> None:
    bar_arrives(visit(*DESK, person="warehouse"))
    page = visit(*PHONE, person="warehouse").go(f"/med-trace/scan?code={HEAT}")
    page.get_by_role("heading", name=BAR).wait_for()
    assert page.get_by_text("Quarantine").first.is_visible()
    told = at_work.inspect(
        visit(*DESK, person="inspector"),
        BAR,
        {"Diameter": "12.01"},
        ("Mill certificate agrees with ASTM F136", "Heat number stamped on the bar"),
    )
    told.get_by_text("Inspection passed").wait_for()
    page.reload()
    page.get_by_text("Released").first.wait_for()


@pytest.mark.requirement(
    "VIEW-2", "PROD-2", "PROD-3", "PROD-4", "INSP-2", "REL-1", "REL-3", "SIG-1", "DIST-1"
)
def test_screws_are_finished_through_a_lost_connection_released_by_two_and_shipped(visit: Any) -> None:
    operator = visit(*PHONE, person="operator")
    at_work.begin_operation(operator, LOT, "30 Passivation")
    at_work.enter_readings(operator, {"Acid concentration": "22.4"})
    operator.context.set_offline(True)
    at_work.enter_readings(operator, {"Bath temperature": "50.2", "Bath time": "25"})
    operator.page.get_by_role("button", name="Finish operation").click()
    operator.page.get_by_role("button", name=re.compile(r"\d entr(y|ies) waits?")).wait_for()
    operator.context.set_offline(False)
    operator.page.get_by_role("button", name=re.compile(r"\d entr(y|ies) waits?")).wait_for(state="detached")
    operator.forgive("ERR_INTERNET_DISCONNECTED")
    [sent] = operator.records("Process Record", ["name", "docstatus"], lot=LOT, operation_no=30)
    assert sent["docstatus"] == 1  # once, and finished
    read = operator.call("med_trace.api.work.record", name=sent["name"])["parameters"]
    assert {row["parameter"]: row["value"] for row in read} == {
        "Acid concentration": 22.4, "Bath temperature": 50.2, "Bath time": 25,
    }  # fmt: skip
    at_work.run_operation(operator, LOT, "40 Cleaning", {"Rinse conductivity": "0.8"})
    at_work.run_operation(operator, LOT, "50 Laser marking", {"Laser power": "18.1", "Code grade": "3.8"})
    told = at_work.run_operation(operator, LOT, "60 Sterilisation", {"Dose": "28.3"}, "Gamma cell A")
    told.get_by_text("Awaiting Release").wait_for()

    measured = {"Thread diameter": "6.50", "Roughness Ra": "0.31", "Insertion torque": "11.4"}
    inspector = visit(*DESK, person="inspector")
    at_work.inspect(inspector, LOT, measured, ("UDI readable and right",)).get_by_text("passed").wait_for()

    quality = visit(*DESK, person="quality")
    at_work.release(quality, "quality", LOT)
    quality.page.get_by_text("Qiang Liu · Released").wait_for()
    at_work.release(visit(*PHONE, person="quality.head"), "quality.head", LOT)
    page = visit(*PHONE, person="warehouse").go(f"/med-trace/scan?code={UNIT}")
    page.get_by_text("Released").first.wait_for()


@pytest.mark.requirement("ID-6", "TRC-1", "TRC-2", "NC-5", "RCL-1")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_complaint_leads_to_the_heat_and_to_every_unit_made_of_it(visit: Any, lang: str) -> None:
    """The complaint of the demo plant: from the scanned screw to its bar, and from the bar to the hospitals."""
    says = {"en": ("Open lot SC-2601", "Where did it go?"), "zh": ("打开批次 SC-2601", "去了哪里？")}[lang]
    visitor = visit(*PHONE, person="quality", lang=lang)
    page = visitor.go("/med-trace/scan")
    page.get_by_role("textbox").first.wait_for()
    visitor.scan("S2601-003")
    page.get_by_role("heading", name="S2601-003").wait_for()
    page.get_by_role("link", name=says[0]).click()
    page.get_by_role("heading", name="SC-2601").wait_for()
    page.get_by_role("link", name="TI-H817", exact=True).first.click()
    page.get_by_role("heading", name="TI-H817").wait_for()
    page.get_by_role("link", name=says[1]).first.click()
    for place in ("St. Mary Hospital", "Charite Klinik Nord", "Huashan City Hospital"):
        page.get_by_role("link", name=place).wait_for()
    assert page.locator("[id='box-SC-2602']").count() == 1
