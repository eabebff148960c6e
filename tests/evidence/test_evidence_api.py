"""Evidence over HTTP and from the command line: who may, what comes, and that each look leaves its trace."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

import frappe
from builders import PASSWORD, a_made_lot, a_released_lot, a_user, as_user
from med_trace.api import evidence
from med_trace.domain.errors import BadInput, NotFound
from med_trace.evidence import verify_evidence
from med_trace.evidence.package import package_of
from med_trace.ledger.audit import sealing

pytestmark = pytest.mark.requirement("EVI-1")


def entries(kind: str, lot: str) -> list[str]:
    filters = {"kind": kind, "document_type": "Material Lot", "document_name": lot}
    return frappe.get_all("Audit Entry", filters=filters, pluck="changes")


def test_history_is_read_by_who_may_read_the_lot():
    lot = a_made_lot()
    with as_user(a_user("Auditor")):
        assert evidence.history(lot)["lot"]["name"] == lot
    with as_user(a_user()), pytest.raises(frappe.PermissionError):
        evidence.history(lot)


@pytest.mark.requirement("AUD-7")
def test_each_look_print_and_export_is_recorded():
    lot = a_made_lot()
    with as_user(a_user("Auditor")):
        evidence.history(lot)
        evidence.history_pdf(lot, "zh")
        evidence.package(lot)
    assert "data" in entries("Read", lot)[0]
    assert "zh" in entries("Printed", lot)[0]
    assert "zip" in entries("Exported", lot)[0]


def test_an_unknown_lot_and_an_unknown_language():
    with pytest.raises(NotFound):
        evidence.history("no such lot")
    with pytest.raises(NotFound):
        evidence.package("no such lot")
    with pytest.raises(BadInput, match="language"):
        evidence.history_pdf(a_made_lot(), "tlh")


def test_without_a_language_it_is_the_users():
    lot = a_made_lot()
    frappe.local.lang = "zh"
    evidence.history_pdf(lot)
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(frappe.response.filecontent))
    assert "批历史记录" in reader.pages[0].extract_text()


@pytest.mark.requirement("EVI-2")
def test_an_auditor_downloads_a_package_that_verifies(client, tmp_path):
    lot = a_made_lot()
    auditor = a_user("Auditor")
    frappe.db.commit()
    client.login(auditor, PASSWORD)
    reply = client.send("GET", f"/api/method/med_trace.api.evidence.package?lot={lot}")
    assert reply.status == 200 and f"evidence-{lot}.zip" in reply.headers["Content-Disposition"]
    (tmp_path / "evidence.zip").write_bytes(reply.body)
    assert verify_evidence.main([str(tmp_path / "evidence.zip")]) == 0
    again = client.send("GET", f"/api/method/med_trace.api.evidence.package?lot={lot}")
    assert again.body == reply.body
    frappe.db.rollback()
    assert len(entries("Exported", lot)) == 2
    printed = client.send("GET", f"/api/method/med_trace.api.evidence.history_pdf?lot={lot}&language=en")
    assert printed.body.startswith(b"%PDF") and printed.headers["Content-Type"] == "application/pdf"


@pytest.mark.requirement("EVI-2", "AUD-4")
@pytest.mark.embedded_only
def test_the_commands_write_what_verifies(client, commands, tmp_path):
    lot = a_made_lot()
    frappe.db.commit()
    done = commands("med-trace", "evidence", lot, "--out", str(tmp_path / "lot.zip"))
    assert done.returncode == 0, done.stderr
    assert verify_evidence.main([str(tmp_path / "lot.zip")]) == 0
    done = commands("med-trace", "export-audit", str(tmp_path / "trail"))
    assert done.returncode == 0, done.stderr
    assert verify_evidence.main([str(tmp_path / "trail")]) == 0
    again = commands("med-trace", "export-audit", str(tmp_path / "trail"))
    assert again.returncode == 1 and "empty" in again.stderr
    unknown = commands("med-trace", "evidence", "no-such-lot")
    assert unknown.returncode == 1 and "does not exist" in unknown.stderr


@pytest.mark.requirement("EVI-5")
@pytest.mark.embedded_only
def test_the_command_writes_a_validation_pack(client, commands, tmp_path):
    a_made_lot()
    frappe.db.commit()
    done = commands("med-trace", "validation-pack", "--out", str(tmp_path))
    made = json.loads((tmp_path / "validation-pack.json").read_text(encoding="utf-8"))
    assert (tmp_path / "validation-pack.pdf").read_bytes().startswith(b"%PDF")
    wrong = [row["what"] for row in made["installation"] + made["operation"] if row["result"] == "wrong"]
    assert done.returncode == (1 if wrong else 0)
    assert [row for row in made["operation"] if row["result"] == "wrong"] == []


# -- the whole trail


@pytest.fixture
def trail(tmp_path):
    """An export of the whole site after something happened."""
    from med_trace.evidence.site_export import export_audit

    a_released_lot()
    sealing.seal_now()
    a_released_lot()
    export_audit(tmp_path / "trail")
    return tmp_path / "trail"


def findings(folder):
    return verify_evidence.Verification(verify_evidence.Source(folder)).run()


@pytest.mark.requirement("AUD-4")
def test_a_whole_trail_verifies(trail):
    assert findings(trail) == []


def lines(folder, name):
    return (folder / "audit" / name).read_bytes().splitlines(keepends=True)


@pytest.mark.requirement("AUD-3", "AUD-4")
@pytest.mark.parametrize(
    "name", ["entries.jsonl", "events.jsonl", "signatures.jsonl", "seals.jsonl", "records.jsonl"]
)
@pytest.mark.parametrize("how", ["remove", "swap", "repeat", "edit"])
def test_lines_removed_moved_repeated_or_edited_are_found(trail, name, how):
    rows = lines(trail, name)
    assert len(rows) > 1
    if how == "remove":
        rows = rows[1:]
    elif how == "swap":
        rows[0], rows[-1] = rows[-1], rows[0]
    elif how == "repeat":
        rows.insert(1, rows[0])
    else:
        rows[0] = (
            rows[0].replace(b'"utc":"2', b'"utc":"3')
            if name == "entries.jsonl"
            else rows[0].replace(b"a", b"b", 1)
        )
    (trail / "audit" / name).write_bytes(b"".join(rows))
    places = [place for place, _ in findings(trail)]
    assert f"audit/{name}" in places
    if name in ("entries.jsonl", "seals.jsonl") or (how in ("remove", "edit") and name != "records.jsonl"):
        assert len(places) > 1, "the line itself is found, not only the file"


@pytest.mark.requirement("EVI-2")
def test_a_lot_of_many_ancestors_costs_few_queries():
    """Thirty materials or three: the same number of queries."""
    import lots
    from med_trace.domain.event import Action, EventType
    from med_trace.domain.states import Kind
    from med_trace.ledger.service import record

    def made_of(count: int) -> str:
        used = [lots.row(Action.CONSUME, lots.a_lot(), 1) for _ in range(count)]
        product = lots.a_lot(None, kind=Kind.FINISHED)
        record(lots.event(EventType.TRANSFORMED, *used, lots.row(Action.PRODUCE, product, 1)))
        return product

    few, many = made_of(3), made_of(30)
    package_of(few)
    costs = [_queries(lot) for lot in (few, many)]
    assert costs[1] <= costs[0] + 5
    with zipfile.ZipFile(io.BytesIO(package_of(many))) as archive:
        assert len(json.loads(archive.read("history.json"))["materials"]) == 30


def _queries(lot: str) -> int:
    from unittest.mock import patch

    with patch.object(frappe.local.db, "sql", wraps=frappe.local.db.sql) as sql:
        package_of(lot)
    return sql.call_count
