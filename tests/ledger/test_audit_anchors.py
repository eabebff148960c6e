"""A seal is stamped by an authority's clock; the stamp holds offline, and a wrong one is found."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import frappe
from med_trace.ledger import append_only
from med_trace.ledger.audit import anchors, entries, export, sealing, verify
from time_stamp_authority import TimeStampAuthority

pytestmark = [
    pytest.mark.requirement("AUD-3", "AUD-4"),
    pytest.mark.embedded_only,
    pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl, which plays the authority"),
]


@pytest.fixture
def authority(client: Any, site: str, tmp_path: Path) -> Iterator[TimeStampAuthority]:
    found = TimeStampAuthority(tmp_path)
    _set(found.url, found.root)
    yield found
    found.close()


def _set(url: str, certificates: str) -> None:
    settings = frappe.get_doc("Trace Settings")
    settings.tsa_url, settings.tsa_certificate = url, certificates
    settings.change_reason = "A test of the time stamps"
    settings.save()
    frappe.db.commit()


def _seal() -> None:
    entries.append("Read", category="Access")
    frappe.db.commit()
    sealing.seal_in_background()


def test_a_seal_is_stamped_and_the_stamp_holds_offline(authority: TimeStampAuthority) -> None:
    _seal()
    stamp = export.anchors()[-1]
    seal = export.seal_statements()[stamp["number"] - 1]
    token = base64.b64decode(stamp["token"])
    assert stamp["seal_hash"] == seal["hash"] and stamp["tsa_url"] == authority.url
    assert authority.accepts(token, seal["statement"].encode())
    assert not authority.accepts(token, seal["statement"].encode() + b" ")
    assert verify.findings() == []


def test_the_stamp_of_a_stamp_is_not_asked_for(authority: TimeStampAuthority) -> None:
    _seal()
    sealing.seal_in_background()
    sealing.seal_in_background()
    assert len(export.anchors()) == 1
    assert sealing.waiting()[0] == 0


def test_an_authority_that_does_not_answer_stops_nothing(authority: TimeStampAuthority) -> None:
    authority.is_broken = True
    before = sealing.last_seal().number
    _seal()
    assert sealing.last_seal().number > before
    assert export.anchors() == []
    assert frappe.db.exists("Error Log", {"method": ["like", "%no time stamp%"]})
    authority.is_broken = False
    _seal()
    assert len(export.anchors()) == 1


def test_a_stamp_by_somebody_else_is_refused(authority: TimeStampAuthority, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stranger = TimeStampAuthority(other)
    _set(authority.url, stranger.root)
    _seal()
    stranger.close()
    assert export.anchors() == []


def test_a_stamp_of_something_else_is_refused(authority: TimeStampAuthority) -> None:
    _seal()
    token = export.anchors()[-1]["token"]
    with pytest.raises(anchors.AnchorRefused, match="something else"):
        anchors.check(token, "another statement", authority.root)
    with pytest.raises(anchors.AnchorRefused):
        anchors.check("bm90aGluZw==", "another statement", None)


def test_an_edited_or_removed_stamp_is_found(authority: TimeStampAuthority) -> None:
    _seal()
    sealing.seal_in_background()
    name = frappe.get_all("Audit Anchor", pluck="name")[0]
    for trigger in append_only.wanted():
        frappe.db.sql_ddl(f"drop trigger `{trigger.name}`")
    for column in ("seal_number", "seal_hash", "anchored_at", "tsa_url", "token", "owner", "creation"):
        frappe.db.savepoint("edit")
        new = 1 if column == "seal_number" else "2020-01-01 00:00:00"
        frappe.db.sql(f"update `tabAudit Anchor` set `{column}` = %s", (new,))
        assert [finding for finding in verify.findings() if name in finding.place], column
        frappe.db.rollback(save_point="edit")
    frappe.db.sql("delete from `tabAudit Anchor`")
    assert [finding for finding in verify.findings() if name in finding.place]
