"""A file of events: what would become of each row is told first; then all of them are recorded, or none, once."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

import builders as a
import frappe
import sources_of_words
from lots import a_lot, an_item, says
from med_trace.api import import_lots, imports
from med_trace.api.import_events import COLUMNS, SHEET
from med_trace.domain.errors import BadInput
from med_trace.domain.states import Kind, State
from med_trace.evidence.sheets import safe

DAY = re.compile(r"^[\d-]+$")
MOST_ROWS = SHEET.most_rows
pytestmark = pytest.mark.usefixtures("site")


def sent(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


def a_file(*lines: str, columns: str = "type,lot,quantity,reason", **how: Any) -> str:
    return sent("\n".join([columns, *lines]), **how)


def written() -> dict[str, int]:
    return {
        one: frappe.db.count(one)
        for one in ("Trace Event", "Trace Event Item", "Device Entry", "Audit Entry")
    }


@pytest.fixture
def supervisor() -> Any:
    with a.as_user(a.a_user("Supervisor")):
        yield


@pytest.fixture
def lot() -> str:
    return a_lot(quantity=10)


@pytest.mark.requirement("GATE-1", "GATE-3")
def test_each_row_has_its_verdict_and_nothing_is_written(lot: str, supervisor: None) -> None:
    before = written()
    told = imports.check(
        a_file(
            f"Scrapped,{lot},4,Bent",
            f"Scrapped,{lot},900,Typing error",
            f"Scrapped,{lot},6,Bent",
            "Scrapped,NO-SUCH,1,Bent",
            f"Scrapped,{lot},many,Bent",
            f"Released,{lot},1,Bent",
            f"Closed,{lot},,Done",
        )
    )
    why = {row["row"]: row["why"] for row in told["rows"]}
    assert (why[2], why[4]) == ("", "")
    assert lot in why[3] and "on hand" in why[3]
    assert why[5] == "Lot NO-SUCH does not exist."
    assert why[6] == "Quantity: 'many' is not a number."
    assert "follows from a document or a signature" in why[7]
    assert "takes one of the roles Trace Quality" in why[8]
    assert told["counts"] == {"rows": 7, "refused": 5, "known": 0}
    assert written() == before
    assert says(lot).on_hand == 10


@pytest.mark.requirement("GATE-1")
def test_a_row_counts_for_those_after_it_only_when_it_is_taken(lot: str, supervisor: None) -> None:
    told = imports.check(a_file(f"Scrapped,{lot},8,x", f"Scrapped,{lot},3,x", f"Scrapped,{lot},2,x"))
    assert [bool(row["why"]) for row in told["rows"]] == [False, True, False]


@pytest.mark.requirement("GATE-1", "AUD-1")
def test_a_good_file_is_recorded_once_and_the_trail_tells_it(lot: str, supervisor: None) -> None:
    file = a_file(f"Scrapped,{lot},4,Bent", f"Sampled,{lot},1,Hardness")
    done = imports.take(file, "week 47.csv")
    assert len(done["events"]) == 2 and done["lots"] == [lot]
    assert says(lot).on_hand == 5
    entry = frappe.get_doc("Device Entry", done["entry"])
    assert (entry.user, entry.title) == (frappe.session.user, "Import of week 47.csv")
    assert json.loads(entry.content)["rows"][0] == {
        "row": 2, "type": "Scrapped", "lot": lot, "quantity": "4", "reason": "Bent",
    }  # fmt: skip
    assert json.loads(entry.result) == {"events": done["events"], "lots": [lot]}
    for doctype, names in (("Trace Event", done["events"]), ("Device Entry", [entry.name])):
        told = {"document_type": doctype, "document_name": ["in", names]}
        assert frappe.db.count("Audit Entry", told) == len(names)
    assert imports.check(file)["before"]["name"] == entry.name
    with pytest.raises(imports.ImportedBefore, match="were imported by"):
        imports.take(file, "another name.csv")
    with a.as_user(a.a_user("Supervisor")), pytest.raises(imports.ImportedBefore):
        imports.take(
            a_file(f"Scrapped;{lot};4;Bent", f"Sampled;{lot};1;Hardness", columns="Type;Lot;Quantity;Reason")
        )
    assert says(lot).on_hand == 5


@pytest.mark.requirement("GATE-1")
def test_a_file_with_one_bad_row_leaves_nothing_and_names_the_row(lot: str, supervisor: None) -> None:
    before = written()
    with pytest.raises(imports.ImportRefused, match="Row 4: ") as refused:
        imports.take(a_file(f"Scrapped,{lot},4,x", f"Sampled,{lot},1,x", f"Scrapped,{lot},900,x"), "bad.csv")
    assert "1 of 3 rows" in str(refused.value) and lot in str(refused.value)
    assert written() == before
    assert says(lot).on_hand == 10


def test_rows_with_one_event_id_are_one_event(lot: str, supervisor: None) -> None:
    other = a_lot(state=None, item_code=frappe.db.get_value("Material Lot", lot, "item_code"))
    columns = "event_id,type,action,lot,quantity,reason"
    file = a_file(f"s-{lot},Split,Split From,{lot},3,two", f"s-{lot},,Split Into,{other},3,", columns=columns)
    done = imports.take(file)
    assert len(done["events"]) == 1
    assert (says(lot).on_hand, says(other).on_hand) == (7, 3)
    longer = a_file(
        f"s-{lot},Split,Split From,{lot},3,two",
        f"s-{lot},,Split Into,{other},3,",
        f"t-{lot},Scrapped,,{lot},1,x",
        columns=columns,
    )
    told = imports.check(longer)
    assert [row["recorded_as"] for row in told["rows"]] == [*done["events"] * 2, None]
    assert len(imports.take(longer)["events"]) == 2
    assert says(lot).on_hand == 6  # the split was not made again


def test_a_mistake_in_one_row_of_an_event_is_told_at_that_row(lot: str, supervisor: None) -> None:
    columns = "event_id,type,action,lot,quantity"
    told = imports.check(
        a_file(
            f"s,Split,Split From,{lot},3", f"s,,Split Into,{lot},x", f"u,Split,Fly,{lot},3", columns=columns
        )
    )
    why = [row["why"] for row in told["rows"]]
    assert why[:2] == ["Row 3 of the same event is refused.", "Quantity: 'x' is not a number."]
    assert why[2].startswith("Action: 'Fly' is not known")
    told = imports.check(a_file(f"s,Scrapped,,{lot},3", f"s,Sampled,,{lot},1", columns=columns))
    assert "row 2 has the same Event ID and says Scrapped" in told["rows"][1]["why"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("类型,批次,数量,原因\n已报废,{0},4,弯曲", "gb18030"),
        ("类型;批次;数量;原因\n已报废;{0};4,0;弯曲", "utf-8-sig"),
        ("Type\tLot\tQuantity\tReason\nscrapped\t{0}\t4\t弯曲", "utf-16"),
        ('\ufeffTYPE, Lot ,"Quantity",reason\r\n\r\nScrapped,{0},4,弯曲\r\n,,,\r\n', "utf-8"),
    ],
)
@pytest.mark.requirement("CFG-3")
def test_a_file_is_read_as_spreadsheets_save_it(lot: str, supervisor: None, text: str, encoding: str) -> None:
    frappe.local.lang = "zh"
    done = imports.take(sent(text.format(lot), encoding=encoding))
    assert says(lot).on_hand == 6
    assert frappe.db.get_value("Trace Event", done["events"][0], "reason") == "弯曲"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "choose a CSV file"),
        ("***", "not valid base64"),
        (sent("\ufeff"), "empty"),
        (sent("type,lot"), "no rows"),
        (sent("type,lot,colour\nScrapped,x,red"), "Column colour is not known"),
        (sent("type,lot,Lot\nScrapped,x,x"), "there twice"),
        (sent("type,lot\nScrapped,x,red"), "Row 2 has values outside"),
        (sent('type,lot\n"Scrapped,x'), "not a CSV table"),
        (base64.b64encode(b"PK\x03\x04..").decode(), "workbook"),
        (base64.b64encode(b"\xff\x00\xfe\x81").decode(), "no text"),
        (sent("type,lot\n" + "Scrapped,x\n" * (MOST_ROWS + 1)), "at most 10000"),
        (sent("x" * 5_000_001), "at most 5000000"),
        (sent("type,lot\nScrapped," + "x" * 10_001), "more than 10000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(supervisor: None, content: str, words: str) -> None:
    for ask in (imports.check, imports.take):
        with pytest.raises(BadInput, match=words):
            ask(content)


def test_a_formula_is_a_text_and_leaves_as_one(lot: str, supervisor: None) -> None:
    formula = '=HYPERLINK("http://evil.example")'
    done = imports.take(a_file(f'Scrapped,{lot},1,"{formula.replace(chr(34), chr(34) * 2)}"'))
    stored = frappe.db.get_value("Trace Event", done["events"][0], "reason")
    assert stored == formula
    assert safe(stored) == f"'{formula}"


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize("role", ["Auditor", "Administrator", "Machine"])
def test_who_only_reads_does_not_import(lot: str, role: str) -> None:
    file = a_file(f"Scrapped,{lot},1,x")
    with a.as_user(a.a_user(f"Trace {role}")):
        for ask in (imports.about, lambda: imports.check(file), lambda: imports.take(file)):
            with pytest.raises(frappe.PermissionError):
                ask()


def test_the_template_says_what_this_user_may_import() -> None:
    with a.as_user(a.a_user("Warehouse")):
        told = imports.about()
    may = {one["type"]: one["may"] for one in told["types"]}
    assert may["Shipped"] and not may["Transformed"]
    assert all(one["title"] and one["what"] for sheet in told["sheets"].values() for one in sheet["columns"])
    assert told["sheets"]["lots"]["may"]


def test_a_stopped_lot_is_refused_with_who_can_help(supervisor: None) -> None:
    held = a_lot(State.ON_HOLD)
    [row] = imports.check(a_file(f"Moved,{held},,x", columns="type,lot,quantity,location"))["rows"]
    assert row["why"]


@pytest.mark.requirement("CFG-3")
def test_the_columns_are_explained_in_chinese() -> None:
    known = sources_of_words.chinese()
    assert [
        text
        for one in (COLUMNS, import_lots.COLUMNS)
        for column in one.values()
        for text in column
        if text not in known and not DAY.match(text)
    ] == []


# -- opening stock


def stock(*lines: str, columns: str = "lot,item_code,quantity,serials,supplier_lot,expiry_date") -> str:
    return sent("\n".join([columns, *lines]))


@pytest.fixture
def item() -> str:
    return an_item(Kind.RAW, has_batch_no=1)


@pytest.fixture
def store() -> Any:
    with a.as_user(a.a_user("Warehouse")):
        yield


@pytest.mark.requirement("MAT-1", "AUD-1")
def test_opening_stock_is_received_lot_by_lot_with_its_pieces(item: str, store: None) -> None:
    file = stock(f"O1-{item},{item},12.5,,NT-1,2030-01-31", f'O2-{item},{item},,"{item}A {item}B",,')
    before = written()
    told = imports.check(file, "lots")
    assert [row["why"] for row in told["rows"]] == ["", ""]
    assert written() == before and not frappe.db.exists("Material Lot", f"O1-{item}")
    done = imports.take(file, "shelf.csv", "lots")
    assert done["lots"] == [f"O1-{item}", f"O2-{item}"]
    assert [says(lot).on_hand for lot in done["lots"]] == [12.5, 2]
    first = frappe.get_doc("Material Lot", f"O1-{item}")
    assert (first.supplier_lot, str(first.expiry_date), first.item_code) == ("NT-1", "2030-01-31", item)
    units = frappe.get_all(
        "Serial Unit", {"lot": f"O2-{item}"}, ["serial_no", "whereabouts"], order_by="serial_no"
    )
    assert [(one.serial_no, one.whereabouts) for one in units] == [
        (f"{item}A", "In Stock"),
        (f"{item}B", "In Stock"),
    ]
    with pytest.raises(imports.ImportedBefore):
        imports.take(file, "shelf.csv", "lots")


@pytest.mark.requirement("MAT-1")
@pytest.mark.parametrize(("inspected", "state"), [(1, "Quarantine"), (0, "Released")])
def test_what_needs_an_inspection_waits_for_it(inspected: int, state: str) -> None:
    item = an_item(Kind.RAW, has_batch_no=1, mt_incoming_inspection_required=inspected)
    with a.as_user(a.a_user("Warehouse")):
        [lot] = imports.take(stock(f"O-{item},{item},3,,,"), "x", "lots")["lots"]
    assert frappe.db.get_value("Material Lot", lot, "state") == state


def test_a_batch_that_stock_has_already_becomes_the_batch_of_the_lot(item: str, store: None) -> None:
    with a.as_user("Administrator"):
        batch = frappe.get_doc({"doctype": "Batch", "batch_id": f"B-{item}", "item": item}).insert().name
        other = an_item(Kind.RAW, has_batch_no=1)
    [row] = imports.check(stock(f"{batch},{other},3,,,"), "lots")["rows"]
    assert f"{batch} is a batch of {item}" in row["why"]
    imports.take(stock(f"{batch},{item},3,,,"), "x", "lots")
    assert frappe.db.get_value("Material Lot", batch, "batch") == batch


@pytest.mark.requirement("GATE-1")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{lot},{item},3,,,", "is there already"),
        ("O,NO-SUCH,3,,,", "Item NO-SUCH does not exist"),
        ("O,{untraced},3,,,", "not traced"),
        ("O,{item},,,,", "above zero"),
        ("O,{item},-1,,,", "above zero"),
        ("O,{item},many,,,", "Quantity: 'many'"),
        ("O,{item},3,S1 S2,,", "2 serial numbers are given for a quantity of 3"),
        ("O,{item},,S1 S1,,", "named twice"),
        ("O,{item},3,,,soon", "Expiry Date: 'soon'"),
        (",{item},3,,,", "Lot: a value is required"),
    ],
)
def test_a_row_of_stock_that_is_wrong_says_why_and_stops_all(
    item: str, lot: str, store: None, line: str, words: str
) -> None:
    with a.as_user("Administrator"):
        untraced = an_item(Kind.RAW)
    file = stock(f"GOOD-{item},{item},1,,,", line.format(lot=lot, item=item, untraced=untraced))
    before = written()
    good, bad = imports.check(file, "lots")["rows"]
    assert good["why"] == "" and words in bad["why"]
    with pytest.raises(imports.ImportRefused, match="Row 3: "):
        imports.take(file, "x", "lots")
    assert written() == before and not frappe.db.exists("Material Lot", f"GOOD-{item}")


def test_a_lot_or_a_serial_number_stands_once_in_the_file(item: str, store: None) -> None:
    rows = imports.check(
        stock(f"O,{item},1,,,", f"o,{item},1,,,", f"P,{item},,S9,,", f"Q,{item},,s9,,"), "lots"
    )["rows"]
    assert [bool(row["why"]) for row in rows] == [False, True, False, True]
    assert "stands in row 2 already" in rows[1]["why"]


@pytest.mark.requirement("OPS-3")
def test_only_the_store_brings_opening_stock(item: str) -> None:
    with a.as_user(a.a_user("Inspector")):
        assert imports.about()["sheets"]["lots"]["may"] is False
        [row] = imports.check(stock(f"O,{item},1,,,"), "lots")["rows"]
        assert "takes one of the roles" in row["why"]
        with pytest.raises(imports.ImportRefused):
            imports.take(stock(f"O,{item},1,,,"), "x", "lots")
