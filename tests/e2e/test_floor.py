"""Scan, work and inspect, as the people at the machines use them: by keyboard, by thumb, without a connection."""

from __future__ import annotations

from typing import Any

import pytest

from visitor import DESK, PHONE, Visitor

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
READINGS = {
    "Spindle speed": "1500",
    "Path feed": "0.2",
    "Z axis load": "8",
    "Cutting time": "42",
    "Part count": "1",
}
BAR, RECALLED_BAR = "TI-H822", "TI-H817"


@pytest.fixture(scope="module")
def address(own_address: str) -> str:
    """A plant of our own: lots are made and used up here."""
    return own_address


@pytest.fixture
def a_lot(visit: Any, request: pytest.FixtureRequest) -> str:
    """A new lot of screws, about to be turned."""
    supervisor = visit(person="supervisor")
    token = supervisor.call("med_trace.api.screen.boot")["csrf_token"]
    number = f"FL-{abs(hash(request.node.name)) % 100_000}"
    lot: str = supervisor.call("med_trace.api.lots.start_lot", token, item_code="SCREW-6540", lot_no=number)
    return lot


def start(visitor: Visitor, lot: str) -> Any:
    """From the list of what waits to the open sheet of the lot's turning."""
    page = visitor.go(f"/med-trace/work?lot={lot}")
    dialog = page.get_by_role("dialog", name=f"10 CNC turning · {lot}")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/med-trace/work/PREC-*")
    page.get_by_role("heading", name="10 CNC turning").wait_for()
    return page


def read_all(page: Any) -> None:
    for name, value in READINGS.items():
        page.get_by_role("textbox", name=name, exact=True).fill(value)


def enter(page: Any, name: str, value: str) -> None:
    """Into a field, out of it, and until the server has it."""
    page.get_by_role("textbox", name=name, exact=True).fill(value)
    page.keyboard.press("Tab")
    page.get_by_text("✓ Saved").wait_for()


def use_bar(page: Any) -> None:
    page.get_by_label("Scan material").fill(BAR)
    page.keyboard.press("Enter")
    page.get_by_label("How much is used?").fill("0.1")
    page.keyboard.press("Enter")


def name_of(page: Any) -> str:
    return str(page.url.rsplit("/", 1)[-1])


# -- work


@pytest.mark.requirement("PROD-2", "PROD-4", "GATE-1", "VIEW-2")
@SIZES
def test_an_operation_from_its_start_to_what_follows(visit: Any, a_lot: str, size: tuple[int, int]) -> None:
    visitor = visit(*size, person="operator")
    page = start(visitor, a_lot)
    page.get_by_label("Scan material").fill(RECALLED_BAR)
    page.keyboard.press("Enter")
    page.get_by_role("alert").filter(has_text="is being recalled").wait_for()  # refused at once
    visitor.forgive("417")
    use_bar(page)
    page.get_by_role("button", name=f"Take {BAR} back").wait_for()
    page.get_by_role("button", name="Finish operation").click()
    page.get_by_role("button", name="A reading of Spindle speed is missing").wait_for()
    read_all(page)
    page.get_by_role("textbox", name="Spindle speed", exact=True).fill("2300")
    page.get_by_role("status").filter(has_text="Warning").wait_for()  # before anything is sent
    page.get_by_label("Good", exact=True).fill("4")
    page.get_by_role("button", name="Scrap: one more").click()
    page.get_by_text("5 in, 5 out: it adds up.").wait_for()
    page.get_by_role("button", name="Finish operation").click()
    follows = page.get_by_role("region", name="What follows")
    follows.get_by_text("The operation has to be inspected").wait_for()
    record = visitor.records("Process Record", ["quantity_good", "quantity_scrap", "docstatus"], lot=a_lot)
    assert record == [{"quantity_good": 4, "quantity_scrap": 1, "docstatus": 1}]


@pytest.mark.requirement("VIEW-2", "VIEW-4")
def test_keyboard_alone_fills_the_sheet(visit: Any, a_lot: str) -> None:
    page = start(visit(person="operator"), a_lot)
    page.get_by_role("textbox", name="Spindle speed", exact=True).focus()
    for value in (*READINGS.values(), "3"):
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    page.get_by_text("3 in, 3 out: it adds up.").wait_for()
    assert page.get_by_role("textbox", name="Part count", exact=True).input_value() == "1"


@pytest.mark.requirement("VIEW-2")
def test_two_people_in_one_record_lose_nothing(visit: Any, a_lot: str) -> None:
    one, other = visit(person="operator"), visit(person="supervisor")
    page = start(one, a_lot)
    theirs = other.go(f"/med-trace/work/{name_of(page)}")
    theirs.get_by_role("textbox", name="Spindle speed", exact=True).wait_for()
    enter(page, "Spindle speed", "1500")
    enter(theirs, "Path feed", "0.2")  # another field: no harm
    enter(theirs, "Remarks", "new insert")
    page.get_by_role("textbox", name="Path feed", exact=True).fill("0.3")  # the same one
    page.keyboard.press("Tab")
    clash = page.get_by_role("region", name="Not saved")
    clash.get_by_text("Path feed is 0.2 by now").wait_for()
    one.forgive("409")
    clash.get_by_label("Why is this changed?").fill("read again at the machine")
    clash.get_by_role("button", name="What I typed is right").click()
    page.get_by_text("✓ Saved").wait_for()
    assert page.get_by_role("textbox", name="Path feed", exact=True).input_value() == "0.3"
    assert page.get_by_role("textbox", name="Remarks").input_value() == "new insert"


# -- without a connection


@pytest.mark.requirement("VIEW-2")
def test_a_lost_connection_loses_nothing_and_repeats_nothing(visit: Any, a_lot: str) -> None:
    visitor = visit(*PHONE, person="operator")
    page = start(visitor, a_lot)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("caches.match('/med-trace').then(Boolean)")
    page.wait_for_function(
        "caches.open('med-trace-files').then(c => c.keys()).then(k => k.some(one => one.url.includes('WorkRecordPage')))"
    )
    page.reload()  # the worker now looks after the page
    page.get_by_role("heading", name="10 CNC turning").wait_for()
    page.wait_for_load_state("networkidle")
    enter(page, "Spindle speed", "1500")

    visitor.context.set_offline(True)
    for name, value in READINGS.items():
        page.get_by_role("textbox", name=name, exact=True).fill(value)
    use_bar(page)
    page.get_by_text("Kept on this device").first.wait_for()
    page.get_by_label("Good", exact=True).fill("4")
    page.get_by_role("button", name="entries wait").wait_for()
    page.reload()  # also the page itself is there
    page.get_by_role("heading", name="10 CNC turning").wait_for()
    assert page.get_by_role("textbox", name="Cutting time", exact=True).input_value() == "42"
    assert page.get_by_label("Good", exact=True).input_value() == "4"
    page.get_by_role("button", name="Finish operation").click()
    page.get_by_text("Finished on this device.").wait_for()

    visitor.context.set_offline(False)
    page.get_by_role("button", name="1 entry needs you").click()
    panel = page.get_by_role("dialog", name="Entries on this device")
    panel.get_by_text("The operation has to be inspected").wait_for()
    panel.get_by_role("button", name="I have read it").click()
    panel.get_by_text("Nothing waits").wait_for()
    visitor.forgive("ERR_INTERNET_DISCONNECTED")
    found = visitor.records("Process Record", ["name", "quantity_good", "docstatus"], lot=a_lot)
    assert [(row["quantity_good"], row["docstatus"]) for row in found] == [(4, 1)]
    sheet = visitor.call("med_trace.api.work.record", name=found[0]["name"])
    assert [(row["lot"], row["quantity"]) for row in sheet["materials"]] == [(BAR, 0.1)]
    assert {row["parameter"]: row["value"] for row in sheet["parameters"]} == {
        name: float(value) for name, value in READINGS.items()
    }


@pytest.mark.requirement("VIEW-2", "GATE-1")
def test_what_the_server_refuses_later_is_shown_mended_or_given_up(visit: Any) -> None:
    visitor = visit(person="quality")
    page = visitor.go("/med-trace/scan")
    visitor.scan("SC-2605")
    page.get_by_role("heading", name="SC-2605").wait_for()
    visitor.context.set_offline(True)
    for quantity in ("1", "9999"):
        page.get_by_role("button", name="Scrap", exact=True).click()
        dialog = page.get_by_role("dialog", name="Scrap: SC-2605")
        dialog.get_by_label("Quantity").fill(quantity)
        dialog.get_by_label("Reason").fill("fell into the chips")
        dialog.get_by_role("button", name="Scrap").click()
        dialog.wait_for(state="detached")
    page.get_by_text("Kept on this device").first.wait_for()
    visitor.context.set_offline(False)
    badge = page.get_by_role("button", name="need")
    badge.wait_for()
    badge.click()
    panel = page.get_by_role("dialog", name="Entries on this device")
    refused = panel.get_by_role("article").filter(has_text="9999")
    refused.wait_for()
    refused.get_by_role("button", name="Discard …").click()
    refused.get_by_label("Why is it given up?").fill("typed too many nines")
    refused.get_by_role("button", name="Discard", exact=True).click()
    refused.wait_for(state="detached")
    visitor.forgive("ERR_INTERNET_DISCONNECTED")
    visitor.forgive("417")
    given_up = visitor.records("Device Entry", ["reason", "refusal"], outcome="Discarded")
    assert given_up[0]["reason"] == "typed too many nines"
    assert "SC-2605" in given_up[0]["refusal"]


@pytest.mark.requirement("VIEW-2", "ID-5")
def test_codes_scanned_without_a_connection_are_looked_up_later(visit: Any) -> None:
    visitor = visit(*PHONE, person="warehouse")
    page = visitor.go("/med-trace/scan")
    page.get_by_label("Scan a label").wait_for()
    page.wait_for_load_state("networkidle")
    visitor.context.set_offline(True)
    for code in ("SC-2602", "NOBODY-KNOWS"):
        visitor.scan(code)
        page.get_by_text("The code is kept on this device").wait_for()
        page.get_by_label("Scan a label").fill("")
    page.get_by_role("button", name="2 entries wait").wait_for()
    visitor.context.set_offline(False)
    page.get_by_role("button", name="SC-2602").get_by_text("Released").or_(
        page.get_by_role("button", name="SC-2602").get_by_text("Closed")
    ).or_(page.get_by_role("button", name="SC-2602").get_by_text("On Hold")).or_(
        page.get_by_role("button", name="SC-2602").get_by_text("Recalled")
    ).wait_for()
    page.get_by_role("button", name="NOBODY-KNOWS unknown or wrong").wait_for()
    visitor.forgive("ERR_INTERNET_DISCONNECTED")
    visitor.forgive("404")


# -- scan


@pytest.mark.requirement("NC-1", "GATE-2", "VIEW-2")
def test_whoever_finds_a_fault_stops_the_lot_from_the_scan(visit: Any, a_lot: str) -> None:
    visitor = visit(*PHONE, person="operator")
    page = start(visitor, a_lot)
    read_all(page)
    page.get_by_label("Good", exact=True).fill("3")
    page.get_by_role("button", name="Finish operation").click()
    page.get_by_role("region", name="What follows").wait_for()
    visitor.go("/med-trace/scan")
    visitor.scan(a_lot)
    page.get_by_role("button", name="Hold").click()
    dialog = page.get_by_role("dialog", name=f"Hold: {a_lot}")
    dialog.get_by_label("What is wrong?").fill("burr on the thread")
    dialog.get_by_role("button", name="Hold").click()
    page.get_by_text("Done: Hold").wait_for()
    page.get_by_role("article").get_by_text("On Hold").wait_for()


@pytest.mark.requirement("ID-5", "VIEW-2")
def test_a_scanner_that_ends_with_tab_and_sends_separators(visit: Any) -> None:
    visitor = visit(person="operator")
    page = visitor.go("/med-trace/scan")
    page.keyboard.type("]d2019506000134352", delay=0)
    page.keyboard.press("Control+]")
    assert "\u001d" in page.get_by_label("Scan a label").input_value()
    page.get_by_label("Scan a label").fill("")
    page.keyboard.type("S2601-003", delay=0)
    page.keyboard.press("Tab")
    page.get_by_role("heading", name="S2601-003").wait_for()


# -- inspect


@pytest.mark.requirement("INSP-2", "VIEW-2", "VIEW-4")
def test_the_grid_is_filled_by_keyboard_and_by_paste(visit: Any) -> None:
    visitor = visit(person="inspector")
    page = visitor.go("/med-trace/inspect?lot=TUB-4530")
    page.get_by_role("button", name="Inspect TUB-4530").click()
    page.wait_for_url("**/med-trace/inspect/INSP-*")
    first = page.get_by_role("textbox", name="Outer diameter, sample 1", exact=True)
    first.focus()
    page.keyboard.type("4.1")
    page.keyboard.press("Enter")
    page.keyboard.type("4.5")
    page.get_by_text("Rejected").wait_for()  # while it is typed
    page.keyboard.press("ArrowUp")
    paste(page, "4.10\n4.11\n4.12\n4.09\n4.1\n4.1")
    page.get_by_text("1 pasted values lie outside the grid").wait_for()
    assert page.get_by_role("textbox", name="Outer diameter, sample 2", exact=True).input_value() == "4.11"
    page.get_by_role("textbox", name="Clean and clear, sample 1", exact=True).focus()
    for _ in range(4):
        page.keyboard.type("p")
        page.keyboard.press("Enter")
    page.get_by_text("1 results missing").wait_for()
    page.keyboard.type("p")
    page.get_by_text("Accepted").wait_for()
    page.keyboard.press("Tab")
    page.get_by_text("✓ Saved").wait_for()
    page.reload()
    page.get_by_role("textbox", name="Clean and clear, sample 5", exact=True).wait_for()
    page.get_by_role("button", name="Submit inspection").click()
    page.get_by_role("region", name="What follows").get_by_text("may be used").wait_for()


def paste(page: Any, text: str) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer()
            data.setData("text", text)
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
        }""",
        text,
    )


# -- all of them


@pytest.mark.requirement("VIEW-4", "CFG-3")
@pytest.mark.parametrize("lang", ["en", "zh"])
@SIZES
def test_pages_are_accessible_and_fit(visit: Any, a_lot: str, size: tuple[int, int], lang: str) -> None:
    worker = visit(*size, person="supervisor", lang=lang)
    token = worker.call("med_trace.api.screen.boot")["csrf_token"]
    machine = worker.call("med_trace.api.work.offer", lot=a_lot, operation_no="10")["machines"][0]["name"]
    record = worker.call("med_trace.api.work.start", token, lot=a_lot, operation_no=10, equipment=machine)
    changes = [{"place": "parameters/Spindle speed/value", "was": None, "now": 9000}]
    worker.call("med_trace.api.work.save", token, record=record["name"], changes=changes)
    inspector = visit(*size, person="inspector", lang=lang)
    (inspection,) = inspector.records("Inspection Record", ["name"], lot="TUB-4530")[:1] or [{"name": ""}]
    faults = []
    for visitor, path in (
        (worker, "/med-trace/work"),
        (worker, f"/med-trace/work/{record['name']}"),
        (worker, f"/med-trace/scan?code={a_lot}"),
        (inspector, "/med-trace/inspect"),
        (inspector, f"/med-trace/inspect/{inspection['name']}"),
    ):
        page = visitor.go(path)
        page.locator("h1, h2").first.wait_for()
        page.wait_for_load_state("networkidle")
        faults += visitor.faults()
    assert faults == []
