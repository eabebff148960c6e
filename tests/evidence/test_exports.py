"""Records as tables: by period, lot, supplier, material and equipment; only what the reader may read."""

from __future__ import annotations

import csv
import io

import pytest

import frappe
from builders import a_user, as_user
from med_trace.api import evidence
from med_trace.domain.errors import BadInput
from med_trace.evidence.exports import TABLES, Wanted, rows_of

pypdf = pytest.importorskip("pypdf")
openpyxl = pytest.importorskip("openpyxl")
pytestmark = [pytest.mark.requirement("EVI-4"), pytest.mark.usefixtures("screws")]


def told(what, **wanted):
    """The lines as {column: value}; of two columns with one label the last."""
    return [dict(zip(TABLES[what].labels, row, strict=True)) for row in rows_of(what, Wanted(**wanted))]


def test_lots_by_number_supplier_and_material(screws):
    bar = next(iter(screws.bars.values()))
    supplier, item = frappe.db.get_value("Material Lot", bar, ["supplier", "item_code"])
    assert [row["Lot"] for row in told("lots", lot=bar)] == [bar]
    assert bar in {row["Lot"] for row in told("lots", supplier=supplier)}
    assert {row["Item"] for row in told("lots", item=item)} == {item}


def test_everything_made_from_a_supplier(screws):
    bar = next(iter(screws.bars.values()))
    supplier = frappe.db.get_value("Material Lot", bar, "supplier")
    made = {row["Lot"] for row in told("lots", supplier=supplier, onward=True)}
    assert set(screws.lots) <= made
    assert not set(screws.lots) & {row["Lot"] for row in told("lots", supplier=supplier)}


def test_operations_by_equipment_with_each_parameter_and_its_limits(screws):
    rows = told(
        "operations",
        lot=screws.lots[0],
        equipment=frappe.db.get_value(
            "Process Record", {"lot": screws.lots[0], "operation_no": 10}, "equipment"
        ),
    )
    assert {row["Operation"] for row in rows} == {"CNC turning"}
    speed = next(row for row in rows if row["Parameter"] == "Spindle speed")
    assert (speed["Lower Limit"], speed["Upper Limit"], speed["Judgement"]) == ("500", "2500", "OK")


def test_inspections_with_each_sample(screws):
    rows = told("inspections", lot=screws.lots[0])
    assert {row["Verdict"] for row in rows} == {"Pass"} and len(rows) > 10


def test_movements_of_a_lot_show_no_row_of_another(screws):
    rows = told("movements", lot=screws.lots[0])
    assert {row["Lot"] for row in rows} == {screws.lots[0]}
    assert "Ship" in {row["What"] for row in rows}


def test_a_period_is_about_when_it_happened(screws):
    times = [row["From"] for row in told("operations", lot=screws.lots[0])]
    middle = frappe.utils.get_datetime(sorted(set(times))[2])
    early = told("operations", lot=screws.lots[0], to_time=middle)
    late = told("operations", lot=screws.lots[0], from_time=middle)
    assert early and late and len(early) + len(late) > len(times) > max(len(early), len(late))


@pytest.mark.parametrize("what", sorted(TABLES))
def test_each_table_in_each_format(what, screws):
    lot = screws.lots[0]
    as_json = evidence.export(what, lot=lot)
    assert as_json["rows"] and all(len(row) == len(as_json["columns"]) for row in as_json["rows"])
    evidence.export(what, lot=lot, format="csv")
    lines = list(csv.reader(io.StringIO(frappe.response.filecontent.decode("utf-8-sig"))))
    assert len(lines) == len(as_json["rows"]) + 1
    evidence.export(what, lot=lot, format="xlsx", language="zh")
    sheet = openpyxl.load_workbook(io.BytesIO(frappe.response.filecontent)).active
    assert sheet.max_row == len(lines)
    evidence.export(what, lot=lot, format="pdf", language="en")
    text = " ".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(frappe.response.filecontent)).pages
    )
    assert lot in text.replace("\n", "").replace(" ", "")


def test_who_may_not_read_gets_nothing(screws):
    with as_user(a_user()), pytest.raises(frappe.PermissionError):
        evidence.export("lots")


@pytest.mark.parametrize(
    "wrong", [{"what": "secrets"}, {"what": "lots", "format": "doc"}, {"what": "lots", "from_time": "soon"}]
)
def test_wrong_questions_are_refused_by_name(wrong):
    with pytest.raises(BadInput):
        evidence.export(**wrong)
