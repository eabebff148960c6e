"""The validation pack says which requirement is proved by which test with which result, and what this site is like."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import frappe
import results
from med_trace.evidence.validation import installation, operation, pack, requirements
from med_trace.ledger import append_only
from med_trace.ledger.audit import vault

pypdf = pytest.importorskip("pypdf")
pytestmark = pytest.mark.requirement("EVI-5")
ROOT = Path(__file__).parents[2]


def by_name(lines):
    return {line["what"]: line for line in lines}


# -- requirements


def test_the_list_in_the_app_is_that_of_the_documentation():
    documented = requirements.parse((ROOT / "docs" / "requirements.md").read_text(encoding="utf-8"))
    assert requirements.known() == documented, (
        "write evidence/validation/requirements.json anew from docs/requirements.md"
    )
    assert len({row["id"] for row in documented}) == len(documented) > 90


def test_every_mark_in_the_suite_names_a_requirement_that_there_is():
    import re

    ids = {row["id"] for row in requirements.known()}
    marked = {
        id
        for path in (ROOT / "tests").rglob("test_*.py")
        for call in re.findall(r"mark\.requirement\(([^)]*)\)", path.read_text(encoding="utf-8"))
        for id in re.findall(r'"([A-Z]+-\d+)"', call)
    }
    assert marked - ids == set()


def a_test(outcome, *ids, at="2026-11-22T10:00:00Z"):
    return {"outcome": outcome, "requirements": list(ids), "at": at, "runtime": "embedded"}


def test_one_failed_test_fails_a_requirement_and_skipped_ones_prove_nothing():
    rows = [
        {"id": "A-1", "text": ""},
        {"id": "A-2", "text": ""},
        {"id": "A-3", "text": ""},
        {"id": "A-4", "text": ""},
    ]
    tests = {
        "t.py::one": a_test("passed", "A-1", "A-2"),
        "t.py::two": a_test("failed", "A-2", at="2026-11-23T10:00:00Z"),
        "t.py::three": a_test("skipped", "A-3"),
    }
    made = {row["id"]: row for row in requirements.matrix(rows, tests)}
    assert [made[id]["result"] for id in ("A-1", "A-2", "A-3", "A-4")] == [
        "passed",
        "failed",
        "not run",
        "not run",
    ]
    assert made["A-2"]["last_run"] == "2026-11-23T10:00:00Z" and made["A-4"]["tests"] == []


def test_without_a_file_of_results_everything_is_not_run(tmp_path):
    found = requirements.results_of(tmp_path / "nothing.json")
    assert {row["result"] for row in requirements.matrix(requirements.known(), found["tests"])} == {"not run"}


def test_a_run_of_some_tests_keeps_the_results_of_others_and_forgets_what_is_gone(tmp_path):
    path = tmp_path / "results.json"
    results.write(
        path, {"a.py::one": a_test("passed"), "a.py::gone": a_test("passed"), "b.py::two": a_test("passed")}
    )
    results.write(path, {"a.py::one": a_test("failed")})
    known = json.loads(path.read_text())["tests"]
    assert {name: test["outcome"] for name, test in known.items()} == {
        "a.py::one": "failed",
        "b.py::two": "passed",
    }


def test_a_session_writes_the_marks_and_outcomes_of_its_tests(tmp_path, monkeypatch):
    import subprocess
    import sys

    (tmp_path / "conftest.py").write_text("from results import *\n")
    (tmp_path / "test_x.py").write_text(
        "import pytest\n@pytest.mark.requirement('ID-1', 'ID-2')\ndef test_good(): pass\n"
        "@pytest.mark.requirement('ID-2')\ndef test_bad(): assert 0\n@pytest.mark.skip\ndef test_left_out(): pass\n"
    )
    import os

    variables = {
        **os.environ,
        "MED_TRACE_RESULTS": str(tmp_path / "out.json"),
        "PYTHONPATH": os.pathsep.join(
            [str(ROOT / "tests"), *filter(None, sys.path)]
        ),  # pytest is where we found it
    }
    options = [
        "-p",
        "no:cacheprovider",
        "-o",
        "markers=requirement",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options], env=variables, cwd=tmp_path, capture_output=True
    )
    tests = json.loads((tmp_path / "out.json").read_text())["tests"]
    assert {name.split("::")[1]: (test["outcome"], test["requirements"]) for name, test in tests.items()} == {
        "test_good": ("passed", ["ID-1", "ID-2"]),
        "test_bad": ("failed", ["ID-2"]),
        "test_left_out": ("skipped", []),
    }


# -- installation


def test_a_site_as_it_is_made_is_protected():
    looked = by_name(installation.checks())
    for what in (
        "Append-only tables",
        "Folder of the keys",
        "Files of the keys",
        "Signing key",
        "Roles of the app",
        "PDF",
    ):
        assert looked[what]["result"] == "ok", looked[what]
    assert looked["med_trace"]["found"] == pack.med_trace.__version__


@pytest.mark.embedded_only
def test_a_trigger_that_is_missing_is_wrong_and_named():
    name = append_only.wanted()[0].name
    frappe.db.sql_ddl(f"drop trigger `{name}`")
    try:
        found = by_name(installation.checks())["Append-only tables"]
    finally:
        append_only.install()
    assert found["result"] == "wrong" and name in found["found"]


def test_a_key_that_others_can_read_is_wrong():
    path = vault.folder() / vault.WRITER
    vault.writer_keys()
    path.chmod(0o644)
    try:
        found = by_name(installation.checks())["Files of the keys"]
    finally:
        path.chmod(0o600)
    assert found["result"] == "wrong" and vault.WRITER in found["found"]


def test_a_role_that_is_missing_is_wrong():
    frappe.db.set_value("Role", "Trace Inspector", "disabled", 1)
    assert by_name(installation.checks())["Roles of the app"]["result"] == "wrong"


# -- operation


def test_every_step_is_carried_out_and_taken_back():
    before = {table: frappe.db.count(table) for table in operation.TABLES}
    lines = operation.checks()
    assert [line for line in lines if line["result"] != "ok"] == []
    assert len(lines) > 12
    assert {table: frappe.db.count(table) for table in operation.TABLES} == before


@pytest.mark.embedded_only
def test_a_database_that_refuses_nothing_is_found():
    for trigger in append_only.wanted():
        frappe.db.sql_ddl(f"drop trigger if exists `{trigger.name}`")
    try:
        wrong = [line["what"] for line in operation.checks() if line["result"] == "wrong"]
    finally:
        frappe.db.rollback()
        append_only.install()
    assert (
        "The database refuses to change an event" in wrong and "The database refuses to delete one" in wrong
    )
    assert append_only.missing() == []


# -- the files


@pytest.mark.parametrize(("language", "words"), [("en", "Operation check"), ("zh", "运行检查")])
def test_it_is_written_as_json_and_pdf(tmp_path, language, words):
    results.write(
        tmp_path / "r.json", {"t.py::one": a_test("passed", "ID-1"), "t.py::two": a_test("failed", "ID-2")}
    )
    made = pack.validation_pack(tmp_path / "r.json")
    written = pack.write(made, tmp_path / "out", language, "x")
    stored = json.loads(written[0].read_text(encoding="utf-8"))
    assert stored["schema"] == "med_trace.validation-pack/1" and stored["results_file"]
    text = " ".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(written[1].read_bytes())).pages
    )
    assert words in text and "t.py::two" in text and "TRC-1" in text
    assert "ID-2: 1 tests failed" in pack.problems(made)
