"""What an entry and a seal say, byte for byte, and which numbers a seal covers."""

import json
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain import audit_content, audit_entry, seal
from med_trace.domain.audit_entry import Category, Kind

pytestmark = pytest.mark.requirement("AUD-3")

ROW = {
    "name": "18a",
    "kind": "Changed",
    "category": "Record",
    "at": datetime(2026, 11, 22, 10, 0),
    "user": "a@example.com",
    "reason": None,
    "changes": '[{"field":"grade","new":"ELI","old":"钛"}]',
    "salt": "00",
    "entry_hash": "left out",
    "docstatus": 0,
}


def test_a_leaf_is_plain_json_that_anyone_can_write_again() -> None:
    leaf = audit_entry.leaf_of(ROW)
    assert leaf["at"] == "2026-11-22T10:00:00.000000"
    assert "reason" not in leaf and "entry_hash" not in leaf
    again = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert audit_entry.entry_hash(ROW) == sha256(b"\x00" + again).digest()


@given(st.dictionaries(st.sampled_from(audit_entry.LEAF_FIELDS), st.text()))
def test_any_leaf_is_written_as_json_writes_it(leaf: dict[str, str]) -> None:
    again = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert audit_entry.leaf_bytes(leaf) == again.encode()


@given(st.text(), st.text())
def test_values_are_hashed_with_their_salt(changes: str, reason: str) -> None:
    text = json.dumps([changes, reason], separators=(",", ":"), ensure_ascii=False)
    assert audit_entry.values_hash("00ff", changes, reason) == sha256(b"\x00\xff" + text.encode()).hexdigest()


@pytest.mark.parametrize("field", sorted(set(audit_entry.STORED_FIELDS) - {"at"}))
def test_every_field_of_a_leaf_is_hashed(field: str) -> None:
    assert audit_entry.entry_hash({**ROW, field: "other"}) != audit_entry.entry_hash(ROW)


def test_only_the_writer_key_makes_the_code() -> None:
    hashed = audit_entry.entry_hash(ROW)
    code = audit_entry.authentication_code(b"key", hashed)
    assert audit_entry.is_authentic([b"old", b"key"], hashed, code)
    assert not audit_entry.is_authentic([b"old"], hashed, code)
    assert not audit_entry.is_authentic([b"key"], hashed, None)


def test_the_same_moment_on_both_clocks() -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    assert audit_entry.utc_text(moment) == "2026-01-01T12:00:00.000000Z"
    assert audit_entry.site_time(moment, "Asia/Shanghai") == datetime(2026, 1, 1, 20)


def test_kinds_and_categories_are_those_of_the_doctype() -> None:
    from pathlib import Path

    import med_trace

    path = Path(med_trace.__file__).parent / "ledger" / "doctype" / "audit_entry" / "audit_entry.json"
    options = {field["fieldname"]: field.get("options") for field in json.loads(path.read_text())["fields"]}
    assert options["kind"].split("\n") == [kind.value for kind in Kind]
    assert options["category"].split("\n") == [category.value for category in Category]


STATEMENT = seal.SealStatement(
    2, "aa", "bb", "cc", 3, 4, 8, "5-6", "2026-01-01T00:00:00.000000Z", "k", "n", "a", "u"
)


@pytest.mark.parametrize("field", list(STATEMENT.__dataclass_fields__))
def test_every_field_of_a_seal_is_in_what_is_signed(field: str) -> None:
    value = getattr(STATEMENT, field)
    other = replace(STATEMENT, **{field: value + 1 if isinstance(value, int) else value + "x"})
    assert seal.statement_hash(other.text()) != seal.statement_hash(STATEMENT.text())


@given(st.sets(st.integers(1, 60), min_size=1))
def test_the_numbers_of_a_block_are_known_from_its_seal(numbers: set[int]) -> None:
    ordered = sorted(numbers)
    gaps = seal.gaps_between(ordered)
    covered = seal.covered(ordered[0], ordered[-1], gaps)
    assert [n for low, high in covered for n in range(low, high + 1)] == ordered


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 8)), max_size=12))
def test_holes_are_what_no_block_covers(blocks: list[tuple[int, int]]) -> None:
    ranges = [(low, low + length) for low, length in blocks]
    taken = {n for low, high in ranges for n in range(low, high + 1)}
    open_ones = [n for low, high in seal.holes(ranges) for n in range(low, high + 1)]
    assert open_ones == [n for n in range(min(taken, default=0), max(taken, default=0)) if n not in taken]


# -- what an entry says of the ledger

EVENT = {"name": "E", "event_time": datetime(2026, 1, 1), "late_entry": 0, "reason": None, "container": ""}
ROWS = [{"name": "E-1", "idx": 1, "quantity": 2.0}, {"name": "E-2", "idx": 2, "quantity": 0.000001}]
SALT = "00ff" * 8


def test_a_stored_row_is_hashed_as_its_canonical_bytes() -> None:
    from med_trace.domain.canonical import canonical_bytes

    blind = audit_content.blind_of(SALT, "E-1")
    row = audit_content.stored(ROWS[0])
    assert audit_content.part_hash(blind, ROWS[0]) == sha256(blind + canonical_bytes(row)).hexdigest()


def test_an_event_is_proven_by_some_of_its_rows_and_the_hashes_of_the_others() -> None:
    whole = audit_content.event_hash(SALT, EVENT, ROWS)
    shown = audit_content.part_hash(audit_content.blind_of(SALT, "E-2"), ROWS[1])
    others = [
        audit_content.part_hash(audit_content.blind_of(SALT, row["name"]), row) for row in (EVENT, ROWS[0])
    ]
    assert audit_content.event_hash_of_parts(others[0], [others[1], shown]) == whole


@pytest.mark.parametrize(
    "change",
    [
        {"container": None},
        {"reason": ""},
        {"late_entry": 1},
        {"name": "F"},
        {"event_time": datetime(2026, 1, 2)},
    ],
    ids=str,
)
def test_any_change_of_an_event_changes_its_hash(change: dict) -> None:
    event = {**EVENT, **change}
    assert audit_content.event_hash(SALT, event, ROWS) != audit_content.event_hash(SALT, EVENT, ROWS)


def test_rows_are_hashed_in_their_order_and_none_is_left_out() -> None:
    hashes = {audit_content.event_hash(SALT, EVENT, rows) for rows in (ROWS, ROWS[::-1], ROWS[:1], [])}
    assert len(hashes) == 4


def test_a_column_that_is_added_later_changes_no_hash() -> None:
    wider = {**EVENT, "custom_note": None, "custom_flag": 0, "_user_tags": "seen", "seq": 7}
    assert audit_content.row_hash(wider) == audit_content.row_hash(EVENT)
