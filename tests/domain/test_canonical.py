"""One value, one byte sequence, one digest. No site needed."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.canonical import canonical_bytes, content_of, digest
from med_trace.domain.event import Action, Row

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_the_same_value_has_the_same_bytes_and_they_are_json(value: object) -> None:
    data = canonical_bytes(value)
    assert data == canonical_bytes(value)
    json.loads(data)


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))


@pytest.mark.parametrize("one", [1, 1.0, Decimal("1.00"), Decimal("1E0")])
def test_a_number_is_its_value_however_it_is_written(one: object) -> None:
    assert canonical_bytes({"n": one}) == b'{"n":1}'


def test_known_bytes() -> None:
    value = {"b": 0.1, "a": ["ü", None, date(2026, 1, 31)], "c": datetime(2026, 1, 31, 8, 5)}
    assert canonical_bytes(value) == (
        '{"a":["ü",null,"2026-01-31"],"b":"0.1","c":"2026-01-31T08:05:00"}'.encode()
    )
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest(Row(Action.SHIP, "L", Decimal(1))) == digest(Row(Action.SHIP, "L", Decimal("1.0")))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, {"a": {1, 2}}, object()])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_bytes(value)


A_RECORD = {
    "doctype": "Lot Release",
    "name": "LR-1",
    "lot": "LOT-1",
    "quantity": 5.0,
    "modified": datetime(2026, 1, 1),
    "docstatus": 0,
    "_user_tags": "x",
    "note": "",
    "rows": [{"doctype": "Row", "name": "a1", "idx": 1, "value": 1, "note": "n"}],
}


@pytest.mark.requirement("SIG-3")
def test_a_signature_covers_content_and_identity_but_not_bookkeeping() -> None:
    signed = digest(content_of(A_RECORD))
    assert signed == digest(content_of({**A_RECORD, "modified": None, "docstatus": 1, "note": None}))
    assert signed == digest(content_of({**A_RECORD, "rows": [{**A_RECORD["rows"][0], "name": "b2"}]}))
    assert signed != digest(content_of({**A_RECORD, "quantity": 6}))
    assert signed != digest(content_of({**A_RECORD, "name": "LR-2"}))
    assert signed != digest(content_of({**A_RECORD, "rows": [{**A_RECORD["rows"][0], "value": 2}]}))
    assert signed != digest(content_of({**A_RECORD, "rows": []}))


def test_fields_that_follow_from_signing_can_be_left_out() -> None:
    changed = {**A_RECORD, "lot": "LOT-2", "rows": [{**A_RECORD["rows"][0], "note": "m"}]}
    without = ("lot", "rows.note")
    assert digest(content_of(A_RECORD, without)) == digest(content_of(changed, without))
