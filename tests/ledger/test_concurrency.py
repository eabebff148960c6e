"""Fifty shipments at once from one lot: no lost update, never less than nothing. Commits its own rows."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import frappe
import pytest
from lots import a_lot, says
from med_trace.ledger.service import balance_of
from med_trace.ledger.verify import findings

WRITERS, ATTEMPTS, STOCK = 10, 5, 30
WRITER = Path(__file__).with_name("writer.py")


@pytest.mark.requirement("GATE-1")
def test_fifty_shipments_at_once_from_one_lot(client: Any, site: str, sites_path: Path) -> None:
    lot = a_lot(quantity=STOCK)
    frappe.db.commit()
    command = [sys.executable, str(WRITER), site, str(sites_path), lot, str(ATTEMPTS)]
    writers = [
        subprocess.Popen(command, cwd=sites_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(WRITERS)
    ]
    answers = [writer.communicate(timeout=120) for writer in writers]
    assert not [error for writer, (_, error) in zip(writers, answers, strict=True) if writer.returncode]
    frappe.db.rollback()
    assert sum(int(out) for out, _ in answers) == STOCK
    assert (says(lot).on_hand, says(lot).shipped) == (0, STOCK)
    assert balance_of(lot).closes
    assert not [finding for finding in findings() if lot in finding]
