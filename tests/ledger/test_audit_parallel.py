"""Fifty writers at once and three sealers: no fork in the chain, no entry lost, none sealed twice."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import frappe
from med_trace.ledger.audit import export, sealing, verify

WRITER = Path(__file__).with_name("audit_writer.py")
PROCESSES, THREADS, ENTRIES, SEALERS = 5, 10, 6, 3


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_fifty_writers_and_three_sealers_make_one_whole_chain(
    client: Any, site: str, sites_path: Path
) -> None:
    before = len(verify.findings())
    frappe.db.rollback()
    command = [sys.executable, str(WRITER), site, str(sites_path), str(THREADS), str(ENTRIES)]
    running = [
        subprocess.Popen(
            [*command, *(["seal"] if number < SEALERS else [])],
            cwd=sites_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    answers = [process.communicate(timeout=240) for process in running]
    assert not [
        error for process, (_, error) in zip(running, answers, strict=True) if process.returncode or error
    ]
    written = [name for out, _ in answers for name in out.split()]
    assert len(written) == len(set(written)) == PROCESSES * THREADS * ENTRIES * 2 // 3
    frappe.db.rollback()
    sealing.seal_now()
    frappe.db.commit()
    seals = export.seal_statements(with_entries=True)
    sealed = [name for seal in seals for name in seal["entries"]]
    assert [seal["number"] for seal in seals] == list(range(1, len(seals) + 1))
    assert len(sealed) == len(set(sealed))
    assert set(written) <= set(sealed)
    assert len(verify.findings()) == before
