"""Story 5 by file: what a row would do is told before anything is recorded, and a wrong row stops all of them.

Also what nobody signs for himself. The other wrong moves stand in test_stories.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from visitor import DESK, PHONE

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "stories" / "bad_import.csv"
RECORD = "Record all rows: {0}"


@pytest.fixture(scope="module")
def address(own_address: str) -> str:
    """A plant of our own: what is recorded here stays."""
    return own_address


def choose(page: Any, text: str, encoding: str = "utf-8", name: str = "events.csv") -> Any:
    """Chooses a file with this text; the table of its rows."""
    sent = {"name": name, "mimeType": "text/csv", "buffer": text.encode(encoding)}
    page.locator("input[type=file]").set_input_files(sent)
    rows = page.get_by_role("table").last
    rows.wait_for()
    return rows


def on_hand(visitor: Any, lot: str) -> float:
    [found] = visitor.records("Material Lot", ["on_hand"], name=lot)
    return float(found["on_hand"])


@pytest.mark.requirement("GATE-1", "GATE-3", "VIEW-4")
def test_a_file_with_one_bad_row_is_told_which_then_mended_and_imported_once(visit: Any) -> None:
    visitor = visit(*DESK, person="supervisor")
    page = visitor.go("/med-trace/records")
    page.get_by_role("main").get_by_role("link", name="Import", exact=True).click()
    before = on_hand(visitor, "TI-H817")
    bad = FILE.read_text(encoding="utf-8")
    rows = choose(page, bad)
    refused = rows.get_by_role("row").filter(has_text="import-3")
    assert "Lot TI-H817: Scrap of 900 Meter is refused" in refused.inner_text()
    assert rows.get_by_text("can be recorded").count() == 2
    page.get_by_role("alert").get_by_text("1 of 3 rows would be refused, so nothing is imported").wait_for()
    assert page.get_by_role("button", name="Record", exact=False).count() == 0
    page.get_by_label("Refused rows only: 1").check()
    assert rows.get_by_role("row").count() == 2  # the headings and the one
    assert visitor.faults() == []
    assert on_hand(visitor, "TI-H817") == before

    mended = bad.replace("900", "0.9")
    choose(page, mended)
    page.get_by_role("button", name=RECORD.format(3)).click()
    page.get_by_text("All rows of events.csv are in the ledger. Events: 3").wait_for()
    assert on_hand(visitor, "TI-H817") == pytest.approx(before - 1.6)
    [entry] = visitor.records("Device Entry", ["name", "title"], method="med_trace.api.imports.take")
    assert entry["title"] == "Import of events.csv"

    choose(page, mended.replace(",", ";"), name="again.csv")
    page.get_by_role("alert").get_by_text("These rows were imported by Sofia Romano").wait_for()
    assert page.get_by_role("button", name="Record", exact=False).count() == 0
    page.get_by_role("link", name="recorded before").first.click()
    page.get_by_text("Trace Event").first.wait_for()
    assert on_hand(visitor, "TI-H817") == pytest.approx(before - 1.6)


@pytest.mark.requirement("CFG-3", "VIEW-2")
def test_a_sheet_in_chinese_is_imported_on_a_phone(visit: Any) -> None:
    visitor = visit(*PHONE, person="supervisor", lang="zh")
    page = visitor.go("/med-trace/import")
    before = on_hand(visitor, "TI-H817")
    choose(page, "类型;批次;数量;原因\r\n已报废;TI-H817;0,25;弯曲\r\n", encoding="gb18030")
    page.get_by_text("以 GB18030 读取，分隔符为分号。").wait_for()
    assert visitor.faults() == []
    page.get_by_role("button", name="记录所有行：1").click()
    page.get_by_role("link", name="TI-H817").click()
    page.get_by_role("heading", name="TI-H817").wait_for()
    assert on_hand(visitor, "TI-H817") == pytest.approx(before - 0.25)


@pytest.mark.requirement("GATE-1", "GATE-2", "GATE-3")
def test_a_lot_on_hold_is_neither_used_nor_used_before_its_hold(visit: Any) -> None:
    visitor = visit(*DESK, person="supervisor")
    page = visitor.go("/med-trace/import")
    choose(page, "type,lot,reason\nHeld,TI-H822,Identity in doubt\n")
    page.get_by_role("button", name=RECORD.format(1)).click()
    page.get_by_text("are in the ledger. Events: 1").wait_for()
    [held] = visitor.records("Material Lot", ["name", "last_event_at"], name="TI-H822", state="On Hold")
    lot, before = held["name"], datetime.fromisoformat(held["last_event_at"]) - timedelta(minutes=1)
    rows = choose(page, f"type,lot,quantity,time\nIssued,{lot},1,\nIssued,{lot},1,{before:%Y-%m-%d %H:%M}\n")
    told = [row.inner_text() for row in rows.get_by_role("row").all()[1:]]
    assert ["is on hold" in one for one in told] == [True, True], told
    assert page.get_by_role("button", name="Record", exact=False).count() == 0


@pytest.mark.requirement("MAT-1", "GATE-3")
def test_what_is_on_the_shelf_at_the_beginning_is_received_from_a_file(visit: Any) -> None:
    visitor = visit(*DESK, person="warehouse")
    page = visitor.go("/med-trace/import")
    page.get_by_role("link", name="Opening stock").click()
    columns = "Lot,Item,Quantity,Heat Number,Supplier\n"
    rows = choose(page, f"{columns}TI-S1,TI-BAR-12,4,H700,Nordic Titanium AB\nTI-H817,TI-BAR-12,4,,\n")
    assert "TI-H817 is there already" in rows.get_by_role("row").nth(2).inner_text()
    assert visitor.faults() == []
    choose(page, f"{columns}TI-S1,TI-BAR-12,4,H700,Nordic Titanium AB\n")
    page.get_by_role("button", name=RECORD.format(1)).click()
    page.get_by_role("link", name="TI-S1").click()
    page.get_by_role("heading", name="TI-S1").wait_for()
    page.get_by_text("Quarantine").first.wait_for()
    assert on_hand(visitor, "TI-S1") == 4


def test_the_template_names_the_columns_and_a_file_that_is_none_is_told(visit: Any) -> None:
    visitor = visit(*DESK, person="warehouse")
    page = visitor.go("/med-trace/import")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download a template").click()
    headings = Path(got.value.path()).read_text(encoding="utf-8-sig").strip().split(",")
    assert {"Event ID", "Type", "Lot", "Quantity", "Time"} <= set(headings)
    page.get_by_text("Columns and types").click()
    page.get_by_text("not with your roles").first.wait_for()
    assert visitor.faults() == []
    page.locator("input[type=file]").set_input_files(
        {"name": "events.xlsx", "mimeType": "text/csv", "buffer": b"PK\x03\x04 a workbook"}
    )
    page.get_by_role("alert").get_by_text("Save the sheet as CSV (UTF-8) and choose that file.").wait_for()
    visitor.forgive("417")


@pytest.mark.requirement("OPS-3")
def test_who_records_nothing_is_offered_no_import(visit: Any) -> None:
    visitor = visit(*DESK, person="auditor")
    page = visitor.go("/med-trace/records")
    page.get_by_role("heading", name="Records").wait_for()
    assert page.get_by_role("link", name="Import", exact=True).count() == 0
    page = visitor.go("/med-trace/import")
    page.get_by_role("alert").get_by_text("Your roles do not allow this").wait_for()
    visitor.forgive("403")


@pytest.mark.requirement("REL-2", "SIG-1")
def test_nobody_approves_what_he_wrote(visit: Any) -> None:
    visitor = visit(*DESK, person="quality")
    page = visitor.go("/med-trace/records/Process Routing/SCREW-6540-A")
    page.get_by_role("button", name="New revision").click()
    if page.get_by_role("dialog").count():
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.wait_for_url("**/Process%20Routing/SCREW-6540-B")
    page.get_by_role("button", name="Edit", exact=True).wait_for()
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="Sign: Approved").count() == 0
    page = visit(*DESK, person="quality.head").go("/med-trace/records/Process Routing/SCREW-6540-B")
    page.get_by_role("button", name="Sign: Approved").wait_for()
