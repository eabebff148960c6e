"""Fifty shipments at once from one lot: no lost update, never less than nothing. Commits its own rows."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import frappe
from lots import a_lot, says
from med_trace.ledger.service import balance_of
from med_trace.ledger.verify import findings

WRITERS, ATTEMPTS, STOCK = 10, 5, 30
WRITER = Path(__file__).with_name("writer.py")


def _write_at_once(site: str, sites_path: Path, *arguments: str) -> list[int]:
    """What each of the writers says went through; none of them may fail."""
    command = [sys.executable, str(WRITER), site, str(sites_path), *arguments]
    writers = [
        subprocess.Popen(command, cwd=sites_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(WRITERS)
    ]
    answers = [writer.communicate(timeout=240) for writer in writers]
    assert not [error for writer, (_, error) in zip(writers, answers, strict=True) if writer.returncode]
    return [int(out) for out, _ in answers]


@pytest.mark.requirement("GATE-1")
def test_fifty_shipments_at_once_from_one_lot(client: Any, site: str, sites_path: Path) -> None:
    lot = a_lot(quantity=STOCK)
    frappe.db.commit()
    assert sum(_write_at_once(site, sites_path, lot, str(ATTEMPTS))) == STOCK
    frappe.db.rollback()
    assert (says(lot).on_hand, says(lot).shipped) == (0, STOCK)
    assert balance_of(lot).closes
    assert not [finding for finding in findings() if lot in finding]


def test_the_same_event_sent_by_ten_at_once_is_recorded_once(
    client: Any, site: str, sites_path: Path
) -> None:
    lot = a_lot(quantity=STOCK)
    frappe.db.commit()
    assert _write_at_once(site, sites_path, lot, "1", f"once-{lot}") == [1] * WRITERS
    frappe.db.rollback()
    assert says(lot).on_hand == STOCK - 1
