"""Killed at any moment, nothing is half done: the server and the sealer get SIGKILL under load, again and again."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import frappe
from builders import a_user
from lots import a_lot
from med_trace.domain.states import State
from proof.crash import Plant, events_with, half_done
from proof.size import SEED, chance, report, size
from web import Client

pytestmark = pytest.mark.embedded_only  # kills the processes of a site that it has copied

LOTS, STOCK = 6, 1_000_000
LONGEST_ROUND = 0.7  # seconds of load


@pytest.fixture
def plant(client: Client, site: str, sites_path: Path, tmp_path: Path) -> Plant:
    """A copy of the test site with its own processes."""
    lots = [a_lot(State.RELEASED, quantity=STOCK) for _ in range(LOTS)]
    token = a_token()
    frappe.db.commit()
    frappe.db.sql("pragma wal_checkpoint(truncate)")
    shutil.copytree(sites_path, tmp_path / "bench" / "sites")
    (tmp_path / "bench" / "logs").mkdir()
    return Plant(tmp_path / "bench" / "sites", site, token, lots)


def a_token() -> tuple[str, str]:
    user = frappe.get_doc("User", a_user("Supervisor"))
    user.api_key = user.api_secret = frappe.generate_hash(length=15)
    secret = user.api_secret
    user.save(ignore_permissions=True)
    return user.api_key, secret


def verified(plant: Plant) -> str:
    command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", plant.site]
    done = subprocess.run(
        [*command, "med-trace", "verify"], cwd=plant.sites, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.requirement("OPS-2", "AUD-3")
def test_killed_at_any_moment_nothing_is_half_done(plant: Plant) -> None:
    kills, moments = size("crash"), chance("crash")
    began, retried, recorded = time.monotonic(), 0, 0
    kill, until = 0, began + 60 * size("crash_minutes")
    while kill < kills and time.monotonic() < until:
        kill += 1
        plant.start()
        retried += _sent_again(plant)
        plant.run_until_killed(moments.random() * LONGEST_ROUND, moments)
        recorded += sum(sent.is_told for sent in plant.sent)
        assert half_done(plant, kill) == [], f"seed {SEED}, kill {kill}"
        if kill % 50 == 0:
            assert verified(plant) == "", f"seed {SEED}, kill {kill}"
    plant.start()
    retried += _sent_again(plant)
    plant.kill()
    assert half_done(plant, 0) == []
    assert verified(plant) == ""
    minutes = round((time.monotonic() - began) / 60, 1)
    report("crash", kills=kill, confirmed=recorded, sent_again=retried, half_done=0, minutes=minutes)


def _sent_again(plant: Plant) -> int:
    """What nobody was told about is sent again by its id, twice: it is there once."""
    client, unsure = plant.client(), plant.unsure
    for sent in unsure:
        assert plant.send(client, sent) and plant.send(client, sent)
        assert events_with(plant, sent.event_id) == 1
    plant.unsure = []
    return len(unsure)
