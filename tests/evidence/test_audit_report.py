"""One report of who changed what, from what to what, when and why; and no cell of it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest

import frappe
from builders import a_supplier, a_tool, a_user, as_user
from med_trace.api import evidence as api
from med_trace.domain.errors import BadInput
from med_trace.evidence import sheets
from med_trace.evidence.audit_report import Asked, count_of, lines_of, translated
from med_trace.evidence.audit_report_files import as_file
from med_trace.evidence.report.audit_trail.audit_trail import execute

openpyxl = pytest.importorskip("openpyxl")
pypdf = pytest.importorskip("pypdf")
pytestmark = pytest.mark.requirement("AUD-5")
EVIL = '=HYPERLINK("http://id.example.com","x")'


@pytest.fixture
def tool():
    """A tool whose remarks were changed by an administrator."""
    name = a_tool("Fixture")
    document = frappe.get_doc("Tool", name)
    document.remarks = "first words"
    document.save()
    with as_user(a_user("Administrator")):
        document = frappe.get_doc("Tool", name)
        document.remarks = EVIL
        document.change_reason = "The words were wrong"
        document.save()
    return name


def of(tool, **more):
    return list(lines_of(Asked(document_type="Tool", document_name=tool, **more)))


def test_a_change_says_who_what_old_new_when_and_why(tool):
    line = next(line for line in of(tool, kind="Changed") if line["new"] == EVIL)
    assert (line["field"], line["old"], line["reason"]) == ("Remarks", "first words", "The words were wrong")
    assert line["user"].endswith("@example.com") and line["printed_name"] and line["at"][:4].isdigit()


def test_newest_first_and_by_pieces(tool):
    times = [line["entry"] for line in lines_of(Asked(), limit=50)]
    assert times == sorted(times, reverse=True)
    assert [line["entry"] for line in lines_of(Asked(), start=0, limit=3)] + [
        line["entry"] for line in lines_of(Asked(), start=3, limit=2)
    ] == [line["entry"] for line in lines_of(Asked(), limit=5)]


def test_every_filter_narrows(tool):
    user = of(tool, kind="Changed")[0]["user"]
    assert {line["user"] for line in lines_of(Asked(user=user))} == {user}
    assert {line["kind"] for line in lines_of(Asked(kind="Created"), limit=20)} == {"Created"}
    assert {line["category"] for line in lines_of(Asked(category="Permission"), limit=20)} == {"Permission"}
    later = frappe.utils.add_to_date(frappe.utils.now_datetime(), hours=1)
    assert count_of(Asked(from_time=later)) == 0
    assert count_of(Asked(document_name=tool, to_time=later)) == count_of(Asked(document_name=tool)) > 0


def test_as_csv_and_xlsx_no_cell_is_a_formula(tool):
    asked = Asked(document_type="Tool", document_name=tool)
    rows = list(csv.reader(io.StringIO(as_file(asked, "csv", "en", "").decode("utf-8-sig"))))
    assert rows[0][:3] == ["Time", "User", "Name"]
    cells = [cell for row in rows for cell in row]
    assert f"'{EVIL}" in cells and EVIL not in cells
    sheet = openpyxl.load_workbook(io.BytesIO(as_file(asked, "xlsx", "en", ""))).active
    found = [cell for row in sheet.iter_rows() for cell in row]
    assert EVIL in [cell.value for cell in found]
    assert {cell.data_type for cell in found if cell.value is not None} <= {"s", "inlineStr"}


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|x"])
def test_what_a_spreadsheet_would_run_is_made_a_text(text):
    assert sheets.safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+3.2", "1", "plain", "a=b", ""])
def test_what_it_would_not_run_stays(text):
    assert sheets.safe(text) == text


def test_as_pdf_in_chinese(tool):
    content = as_file(Asked(document_type="Tool", document_name=tool), "pdf", "zh", "打印")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert "审计追踪" in text and tool in text and "first words" in text and "更改" in text


def test_the_words_of_the_system_are_translated_and_those_of_people_are_not(tool):
    frappe.local.lang = "zh"
    line = translated(next(line for line in of(tool, kind="Changed") if line["new"] == EVIL))
    assert (line["kind"], line["old"], line["reason"]) == ("更改", "first words", "The words were wrong")


def test_the_api_answers_an_auditor_and_nobody_else(tool):
    with as_user(a_user("Auditor")):
        said = api.audit_report(document_type="Tool", document_name=tool, limit=5)
        assert said["total"] == len({row["entry"] for row in said["rows"]}) > 1
        api.audit_report(document_type="Tool", document_name=tool, format="csv")
        assert frappe.response.filecontent.startswith(b"\xef\xbb\xbf")
    with as_user(a_user("Operator")), pytest.raises(frappe.PermissionError):
        api.audit_report()


@pytest.mark.requirement("AUD-7")
def test_the_export_of_the_report_is_itself_an_entry(tool):
    auditor = a_user("Auditor")
    with as_user(auditor):
        api.audit_report(document_name=tool, format="xlsx")
    (line,) = lines_of(Asked(user=auditor, kind="Exported"))
    assert "xlsx" in line["new"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "Eaten"}, {"category": "x"}, {"format": "doc"}, {"limit": -1}, {"from_time": "soon"}]
)
def test_wrong_questions_are_refused_by_name(wrong):
    with pytest.raises(BadInput, match=next(iter(wrong))):
        api.audit_report(**wrong)


def test_the_desk_report_has_the_same_lines(tool):
    a_supplier()
    columns, rows = execute({"document_type": "Tool", "document_name": tool, "kind": "Changed"})
    assert [column["fieldname"] for column in columns][:3] == ["at", "user", "printed_name"]
    assert f"'{EVIL}" in [row["new"] for row in rows]
    assert frappe.db.get_value("Report", "Audit Trail", ["report_type", "ref_doctype"]) == (
        "Script Report",
        "Audit Entry",
    )
