"""`bench --site X med-trace verify`: says that the ledger agrees with itself, or where it does not."""

from typing import Any

import pytest

import frappe
from lots import a_lot, event, row
from med_trace.domain.event import Action, EventType
from med_trace.ledger import append_only
from med_trace.ledger.service import record


@pytest.mark.requirement("AUD-2")
def test_verify_passes_on_a_sound_ledger_and_names_what_was_written_past_it(
    client: Any, commands: Any
) -> None:
    lot = a_lot(quantity=5)
    record(event(EventType.SHIPPED, row(Action.SHIP, lot, 2)))
    frappe.db.commit()
    sound = commands("med-trace", "verify")
    assert (sound.returncode, lot in sound.stdout) == (0, False), sound.stdout + sound.stderr

    frappe.db.set_value("Material Lot", lot, "on_hand", 4)
    frappe.db.commit()
    try:
        broken = commands("med-trace", "verify")
        assert broken.returncode == 1
        assert f"Material Lot {lot}: on_hand is 4" in broken.stdout
    finally:
        frappe.db.set_value("Material Lot", lot, "on_hand", 3)
        frappe.db.commit()


@pytest.mark.requirement("AUD-2")
def test_a_missing_trigger_is_named_and_put_back(client: Any) -> None:
    frappe.db.sql_ddl("drop trigger `trace_event_no_delete`")
    assert append_only.missing() == ["trigger trace_event_no_delete on tabTrace Event"]
    append_only.install()
    assert append_only.missing() == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("trace", "NO-SUCH"), "There is no Material Lot NO-SUCH"),
        (("scope", "Colour=red"), "criterion is Colour; expected: Lot"),
        (("scope", "[{"), "not valid JSON"),
        (("scope", "Heat Number"), "is not KIND=VALUE"),
        (("evidence", "NO-SUCH"), "NO-SUCH"),
    ],
)
def test_a_refusal_is_said_in_words_and_not_as_a_trace(
    client: Any, commands: Any, asked: tuple[str, ...], words: str
) -> None:
    refused = commands("med-trace", *asked)
    assert refused.returncode != 0
    assert words in refused.stderr and "Traceback" not in refused.stderr
