"""Whatever is done to the trail or to what it speaks of is found, and the place is named."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import frappe
from builders import insert, unique
from lots import a_lot, event, row
from med_trace.domain.event import Action, EventType
from med_trace.ledger import append_only
from med_trace.ledger.audit import entries, export, keys, proofs, restore, sealing, vault, verify
from med_trace.ledger.service import record
from web import Client

pytestmark = [pytest.mark.requirement("AUD-3"), pytest.mark.embedded_only]


@pytest.fixture
def trail(client: Client, site: str) -> Iterator[dict[str, str]]:
    """A site with two seals, one entry that waits, and no triggers. Commits; the site is copied anew afterwards."""
    tool = insert("Tool", tool_id=unique("TOOL"), tool_name="Mould", tool_type="Mould", cavities=8).name
    lot = a_lot()
    frappe.db.commit()
    sealing.seal_now()
    frappe.db.commit()
    shipped = record(event(EventType.SHIPPED, row(Action.SHIP, lot, 1)))
    first, second = (entries.append("Read", category="Access", document_name=f"L-{n}") for n in (1, 2))
    frappe.db.commit()
    sealing.seal_now()
    frappe.db.commit()
    waiting = entries.append("Read", category="Access", document_name="L-3")
    frappe.db.commit()
    assert verify.findings() == []
    for trigger in append_only.wanted():
        frappe.db.sql_ddl(f"drop trigger `{trigger.name}`")
    yield {
        "tool": tool,
        "lot": lot,
        "event": shipped,
        "first": first,
        "second": second,
        "waiting": waiting,
    }


def found(place: str) -> str:
    """What was found at a place; the test fails when nothing was."""
    told = [str(finding) for finding in verify.findings()]
    here = [finding for finding in told if place in finding]
    assert here, f"nothing was found at {place}, but {told}"
    return " ".join(here)


def sql(statement: str, *values: Any) -> None:
    frappe.db.sql(statement, values)


AUDIT_COLUMNS = (
    *("name", "creation", "modified", "modified_by", "owner", "docstatus", "idx"),
    *entries.FIELDS,
)


@pytest.mark.parametrize("which", ["first", "waiting"])
def test_an_edit_of_any_column_of_an_entry_is_found(trail: dict[str, str], which: str) -> None:
    for column in AUDIT_COLUMNS:
        frappe.db.savepoint("edit")
        new = (
            "2020-01-01 00:00:00"
            if column in ("creation", "modified", "at")
            else 7
            if column == "idx"
            else "x"
        )
        new = 1 if column == "docstatus" else new
        sql(f"update `tabAudit Entry` set `{column}` = %s where name = %s", new, trail[which])
        assert found(trail[which]), column
        frappe.db.rollback(save_point="edit")
    assert verify.findings() == []


def test_the_case_of_a_letter_counts(trail: dict[str, str]) -> None:
    sql("update `tabAudit Entry` set document_name = 'l-1' where name = %s", trail["first"])
    assert "Merkle" in found("Audit Seal") and found(trail["first"])


def test_an_edit_with_its_hash_made_anew_is_found(trail: dict[str, str]) -> None:
    from med_trace.domain.audit_entry import STORED_FIELDS, entry_hash

    for which in ("first", "waiting"):
        sql("update `tabAudit Entry` set document_name = 'OTHER' where name = %s", trail[which])
        stored = frappe.db.get_value("Audit Entry", trail[which], list(STORED_FIELDS), as_dict=True)
        hashed = entry_hash(stored).hex()
        sql("update `tabAudit Entry` set entry_hash = %s where name = %s", hashed, trail[which])
        assert "not what the system wrote" in found(trail[which])


@pytest.mark.parametrize("which", ["first", "waiting"])
def test_a_removed_entry_is_found(trail: dict[str, str], which: str) -> None:
    sql("delete from `tabAudit Entry` where name = %s", trail[which])
    assert "removed" in found(trail[which]) or "gone" in found(trail[which])


def _copy(name: str, of: str, number: int | None = None) -> None:
    columns = ", ".join(f"`{column}`" for column in AUDIT_COLUMNS if column != "name")
    place = ", rowid" if number else ""
    value = f", {number}" if number else ""
    sql(
        f"""insert into `tabAudit Entry` (name, {columns}{place})
        select %s, {columns}{value} from `tabAudit Entry` where name = %s""",
        name,
        of,
    )


def test_an_inserted_entry_is_found_at_the_end_and_below_the_first(trail: dict[str, str]) -> None:
    for number in (None, -5):
        name = entries.new_name()
        _copy(name, trail["waiting"], number)
        assert "its content was changed" in found(name)


def test_an_entry_inserted_in_the_place_of_another_is_found(trail: dict[str, str]) -> None:
    number = frappe.db.sql("select rowid from `tabAudit Entry` where name = %s", trail["first"])[0][0]
    sql("delete from `tabAudit Entry` where name = %s", trail["first"])
    _copy("copy", trail["second"], number)
    assert "removed" in found(trail["first"]) and "does not cover" in found("copy")


def test_reordered_entries_are_found(trail: dict[str, str]) -> None:
    one, other = (
        frappe.db.sql("select rowid from `tabAudit Entry` where name = %s", trail[which])[0][0]
        for which in ("first", "second")
    )
    for number, name in ((-1, trail["first"]), (one, trail["second"]), (other, trail["first"])):
        sql(f"update `tabAudit Entry` set rowid = {number} where name = %s", name)
    assert "reordered" in found(trail["second"])


def test_swapped_contents_are_found(trail: dict[str, str]) -> None:
    for column in ("document_name", "salt", "entry_hash", "mac", "at", "utc", "creation", "modified"):
        values = [frappe.db.get_value("Audit Entry", trail[which], column) for which in ("second", "first")]
        for which, value in zip(("first", "second"), values, strict=True):
            sql(f"update `tabAudit Entry` set `{column}` = %s where name = %s", value, trail[which])
    assert found(trail["first"]) and found(trail["second"])


SEAL_COLUMNS = (
    "name",
    "owner",
    "modified_by",
    "creation",
    "modified",
    "docstatus",
    "idx",
    "statement",
    "entries",
)


@pytest.mark.parametrize("column", (*SEAL_COLUMNS, "signature", *sealing.STATED_FIELDS))
def test_an_edit_of_any_column_of_a_seal_is_found(trail: dict[str, str], column: str) -> None:
    is_number = column in ("number", "count", "first_seq", "last_seq", "docstatus", "idx")
    old = frappe.db.sql(f"select `{column}` from `tabAudit Seal` where number = 2")[0][0]
    new = (
        99
        if is_number
        else "2020-01-01 00:00:00"
        if column in ("creation", "modified")
        else str(old).upper() + "X"
    )
    sql(f"update `tabAudit Seal` set `{column}` = %s where number = 2", new)
    assert found("Audit Seal 99" if column == "number" else "Audit Seal 2")


def test_a_removed_seal_and_a_cut_tail_are_found(trail: dict[str, str]) -> None:
    sql("delete from `tabAudit Seal` where number = 2")
    assert "seal 2 should stand here" in found("Audit Seal 3")
    sql("delete from `tabAudit Seal` where number > 1")
    sql("delete from `tabAudit Entry` where rowid > (select last_seq from `tabAudit Seal` where number = 1)")
    assert "the trail is cut" in found("Audit Seal 2")
    assert "gone" in found(trail["first"])


def test_a_trail_that_is_sealed_anew_with_another_key_is_found(trail: dict[str, str]) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seal = frappe.db.sql("select * from `tabAudit Seal` where number = 2", as_dict=True)[0]
    statement = json.loads(seal.statement)
    statement["merkle_root"] = "00" * 32
    from med_trace.domain.seal import statement_text

    text = statement_text(statement)
    signature = Ed25519PrivateKey.generate().sign(text.encode()).hex()
    sql("update `tabAudit Seal` set statement = %s, signature = %s where number = 2", text, signature)
    assert "not signed by the key" in found("Audit Seal 2")


@pytest.mark.parametrize("column", ["owner", *keys.FIELDS])
def test_an_edit_of_any_column_of_a_key_is_found(trail: dict[str, str], column: str) -> None:
    sql(f"update `tabAudit Key` set `{column}` = '1'")
    assert found("Audit Key")


@pytest.mark.requirement("AUD-1", "AUD-2")
def test_an_event_and_its_rows_are_as_they_were_recorded(trail: dict[str, str]) -> None:
    for statement in (
        "update `tabTrace Event` set reason = 'better' where name = %s",
        "update `tabTrace Event` set event_type = 'SHIPPED' where name = %s",
        "delete from `tabTrace Event` where name = %s",
    ):
        frappe.db.savepoint("edit")
        sql(statement, trail["event"])
        assert found(f"Trace Event {trail['event']}"), statement
        frappe.db.rollback(save_point="edit")


@pytest.mark.requirement("AUD-1", "AUD-2")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("cavity = '5'", "cavity is 5, and was empty"),
        ("effect = effect + 1", "effect is"),
        ("state_after = 'On Hold'", "state_after is On Hold, and was"),
        ("event_time = '2020-01-01 00:00:00'", "event_time is 2020-01-01 00:00:00, and was"),
        ("uom = 'kg'", "uom is kg, and was Nos"),
        ("quantity = quantity + 0.123456, cavity = '5'", "it is not as it was recorded"),
    ],
)
def test_the_row_of_an_event_that_was_changed_is_named_and_its_field(
    trail: dict[str, str], change: str, told: str
) -> None:
    name = f"{trail['event']}-1"
    sql(f"update `tabTrace Event Item` set {change} where name = %s", name)
    assert told in found(f"Trace Event Item {name} (row 1 of Trace Event {trail['event']})")


@pytest.mark.requirement("AUD-1", "AUD-2")
def test_rows_of_an_event_that_come_and_go_are_named(trail: dict[str, str]) -> None:
    name = f"{trail['event']}-1"
    sql("update `tabTrace Event Item` set name = 'X-1' where name = %s", name)
    assert "is gone" in found(f"Trace Event Item {name}")
    assert "not recorded with its event" in found("Trace Event Item X-1")


def test_an_event_without_an_entry_is_found(trail: dict[str, str]) -> None:
    sql("insert into `tabTrace Event` (name, event_type, event_time) values ('T-1', 'Moved', '2026-01-01')")
    assert "no entries" in found("Trace Event T-1")


def test_a_record_changed_past_the_system_is_found_with_its_field(trail: dict[str, str]) -> None:
    sql("update `tabTool` set cavities = 4 where name = %s", trail["tool"])
    assert "cavities" in found(f"Tool {trail['tool']}")


def test_a_record_that_came_or_went_past_the_system_is_found(trail: dict[str, str]) -> None:
    sql("insert into `tabTool` (name, tool_id) values ('T-2', 'T-2')")
    sql("delete from `tabTool` where name = %s", trail["tool"])
    assert "where it came from" in found("Tool T-2")
    assert "removed past the system" in found(f"Tool {trail['tool']}")


def test_a_field_that_is_added_later_is_no_change(client: Client, site: str) -> None:
    insert("Tool", tool_id=unique("TOOL"), tool_name="Mould", tool_type="Mould")
    frappe.db.commit()
    insert("Custom Field", dt="Tool", fieldname="mt_extra", label="Extra", fieldtype="Check", default="1")
    frappe.db.commit()
    assert verify.findings() == []


def test_missing_triggers_are_found(trail: dict[str, str]) -> None:
    assert "trigger audit_entry_no_delete on tabAudit Entry" in append_only.missing()


def test_files_that_others_can_read_are_found(trail: dict[str, str]) -> None:
    path = vault.folder() / vault.SIGNING
    path.chmod(0o644)
    assert "others" in found("signing.key")
    path.chmod(0o600)


def test_a_lost_private_key_is_told_with_what_to_do(trail: dict[str, str]) -> None:
    (vault.folder() / vault.SIGNING).unlink()
    assert "rotate-key --lost" in found("signing.key")


# -- keys, restores


def test_a_key_is_replaced_and_what_was_sealed_before_still_holds(client: Client, site: str) -> None:
    before = keys.signing_key().key_id
    entries.append("Read", category="Access")
    sealing.seal_now()
    frappe.db.commit()
    after = keys.rotate()
    frappe.db.commit()
    sealing.seal_now()
    frappe.db.commit()
    assert [key["key_id"] for key in export.public_keys()] == [before, after]
    assert keys.signing_key().key_id == sealing.last_seal().key_id == after
    assert verify.findings() == []


def test_a_lost_key_is_replaced_with_a_reason(client: Client, site: str) -> None:
    entries.append("Read", category="Access")
    frappe.db.commit()
    (vault.folder() / vault.SIGNING).unlink()
    keys.rotate(lost="The disk of the server broke")
    frappe.db.commit()
    sealing.seal_now()
    frappe.db.commit()
    assert verify.findings() == []
    assert frappe.db.get_value("Audit Key", {"lost": 1}, "reason") == "The disk of the server broke"


def test_a_rotation_that_is_rolled_back_leaves_the_old_key(client: Client, site: str) -> None:
    before = keys.signing_key().key_id
    keys.rotate()
    frappe.db.rollback()
    assert keys.signing_key().key_id == before


@pytest.mark.requirement("OPS-2")
def test_after_a_restore_the_trail_goes_on_and_says_so(
    client: Client, site: str, sites_path: Path, commands: Callable[..., Any]
) -> None:
    database = sites_path / site / "site.db"
    frappe.db.commit()
    frappe.db.sql("pragma wal_checkpoint(truncate)")
    shutil.copy(database, sites_path / "backup.db")
    for _ in range(2):
        entries.append("Read", category="Access")
        frappe.db.commit()
        sealing.seal_now()
        frappe.db.commit()
    frappe.destroy()
    for path in (sites_path / site).glob("site.db*"):
        path.unlink()
    shutil.copy(sites_path / "backup.db", database)
    done = commands("med-trace", "verify")
    assert done.returncode == 1 and "the trail is cut" in done.stdout
    done = commands("med-trace", "restored", "--reason", "The disk broke on Monday")
    assert done.returncode == 0, done.stderr
    done = commands("med-trace", "verify")
    assert done.returncode == 0, done.stdout
    frappe.init(site=site, sites_path=".")
    frappe.connect()
    entry = frappe.get_all("Audit Entry", {"kind": "Restored"}, ["reason", "changes"])[0]
    assert entry.reason == "The disk broke on Monday" and '"old"' in entry.changes


# -- sealing


def test_proofs_lead_from_each_entry_to_its_seal(client: Client, site: str) -> None:
    from med_trace.domain import merkle
    from med_trace.domain.audit_entry import leaf_bytes

    names = [entries.append("Read", category="Access", document_name=str(n)) for n in range(11)]
    sealing.seal_now()
    seals = {seal["number"]: json.loads(seal["statement"]) for seal in export.seal_statements()}
    leaves, found_proofs = export.leaves_of(names), proofs.proofs_of(names)
    for name in names:
        proof = found_proofs[name]
        seal = seals[proof["seal"]]
        leaf = merkle.leaf_hash(leaf_bytes(leaves[name]))
        path = [bytes.fromhex(step) for step in proof["path"]]
        root = bytes.fromhex(seal["merkle_root"])
        assert merkle.is_proven(leaf, proof["index"], seal["count"], path, root)


def test_nothing_is_sealed_twice_and_nothing_is_left(client: Client, site: str) -> None:
    sealing.seal_now()
    assert sealing.seal_now() == []
    names = {entries.append("Read", category="Access") for _ in range(3)}
    sealing.seal_now()
    listed = [name for seal in export.seal_statements(with_entries=True) for name in seal["entries"]]
    assert names <= set(listed)
    assert len(listed) == len(set(listed)) == frappe.db.count("Audit Entry")


def test_an_entry_that_is_not_authentic_is_not_sealed_and_hinders_nothing(trail: dict[str, str]) -> None:
    _copy("forged", trail["waiting"])
    good = entries.append("Read", category="Access")
    sealing.seal_now()
    listed = {name for seal in export.seal_statements(with_entries=True) for name in seal["entries"]}
    assert good in listed and "forged" not in listed
    assert found("forged")


def test_an_entry_that_was_committed_late_is_sealed_with_its_lower_number(client: Client, site: str) -> None:
    """Where writers do not wait for each other, a number is given out before its entry is there."""
    for trigger in append_only.wanted():
        frappe.db.sql_ddl(f"drop trigger `{trigger.name}`")
    sealing.seal_now()
    number = frappe.db.sql("select max(rowid) from `tabAudit Entry`")[0][0]
    on_time = entries.append("Read", category="Access")
    sql(f"update `tabAudit Entry` set rowid = {number + 3} where name = %s", on_time)
    sealing.seal_now()
    late = entries.append("Read", category="Access")
    sql(f"update `tabAudit Entry` set rowid = {number + 1} where name = %s", late)
    sealing.seal_now()
    frappe.db.commit()
    blocks = [seal["entries"] for seal in export.seal_statements(with_entries=True)]
    assert blocks[-2:] == [[on_time], [late]]
    assert verify.findings() == []


def test_two_sealers_make_no_fork(client: Client, site: str) -> None:
    entries.append("Read", category="Access")
    sealing.seal_now()
    seal = frappe.db.sql("select * from `tabAudit Seal` order by number desc limit 1", as_dict=True)[0]
    frappe.db.savepoint("second")
    with pytest.raises(Exception) as refused:
        frappe.db.bulk_insert("Audit Seal", ["name", "number"], [("other", seal.number)])
    assert "append-only" in str(refused.value) or frappe.db.is_duplicate_entry(refused.value)
    frappe.db.rollback(save_point="second")


def test_the_scheduler_seals_every_ten_minutes_and_verifies_every_night(site: str) -> None:
    events = frappe.get_hooks("scheduler_events")
    assert "med_trace.ledger.audit.sealing.seal_in_background" in events["cron"]["*/10 * * * *"]
    assert "med_trace.ledger.audit.verify.verify_in_background" in events["daily_long"]


def test_the_worker_seals_what_waits_and_remembers_what_it_verified(client: Client, site: str) -> None:
    entries.append("Read", category="Access")
    frappe.db.commit()
    sealing.seal_in_background()
    assert sealing.waiting()[0] == 0
    verify.verify_in_background()
    assert verify.last_result()["count"] == 0


def test_restored_needs_no_seal_at_all(client: Client, site: str) -> None:
    name = restore.restored("a drill")
    assert frappe.db.get_value("Audit Entry", name, "kind") == "Restored"
    assert verify.findings() == []
