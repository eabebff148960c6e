"""Bench commands on a site of their own: make, install, migrate, back up, restore, uninstall, drop."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = "commands.localhost"
Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("MED_TRACE_BENCH")), reason="a bench makes and drops its sites with its own commands"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`bench --site commands.localhost ...` in a bench of its own; the site has our app."""
    sites = tmp_path_factory.mktemp("bench") / "sites"
    sites.mkdir()
    for name in ("apps.txt", "common_site_config.json"):
        shutil.copy(ROOT / "sites" / name, sites / name)

    def bench(*arguments: str, site: str = NAME) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, *arguments]
        return subprocess.run(command, cwd=sites, capture_output=True, text=True)

    made = bench("new-site", NAME, "--admin-password", "admin", "--install-app", "erpnext")
    assert made.returncode == 0, made.stderr
    installed = bench("install-app", "med_trace")
    assert installed.returncode == 0, installed.stderr
    return bench


def answer(run: Run, method: str, *args: object) -> object:
    done = run("execute", method, "--args", repr(list(args)))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout or "null")


def the_backup(run: Run, tmp_path: Path) -> Path:
    done = run("backup", "--with-files", "--backup-path", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("*-database.db.gz")
    return path


@pytest.mark.requirement("CFG-2", "OPS-1")
def test_migrating_twice_changes_nothing(run: Run) -> None:
    before = answer(run, "frappe.client.get_count", "DocType")
    for _time in range(2):
        done = run("migrate")
        assert done.returncode == 0, done.stderr
    assert answer(run, "frappe.client.get_count", "DocType") == before


def test_installing_twice_changes_nothing(run: Run) -> None:
    done = run("install-app", "med_trace")
    assert (done.returncode, "already installed" in done.stdout) == (0, True)


def test_unknown_site_is_named(run: Run) -> None:
    done = run("list-apps", site="nowhere.localhost")
    assert done.returncode == 1
    assert "nowhere.localhost" in done.stderr and NAME in done.stderr


def test_existing_site_is_not_replaced(run: Run) -> None:
    done = run("new-site", NAME, "--admin-password", "x")
    assert done.returncode == 1
    assert "already exists" in done.stderr


@pytest.mark.requirement("OPS-1")
def test_backup_brings_back_what_was_there(run: Run, tmp_path: Path) -> None:
    run("add-user", "kept@example.com", "--first-name", "Kept", "--password", "Blue-harbour-42!")
    backup = the_backup(run, tmp_path)
    run("add-user", "lost@example.com", "--first-name", "Lost", "--password", "Blue-harbour-42!")
    done = run("restore", str(backup))
    assert done.returncode == 0, done.stderr
    users = answer(run, "frappe.get_all", "User")
    assert isinstance(users, list)
    names = {row["name"] for row in users}
    assert "kept@example.com" in names and "lost@example.com" not in names


def test_damaged_backup_changes_nothing(run: Run, tmp_path: Path) -> None:
    backup = the_backup(run, tmp_path)
    whole = gzip.decompress(backup.read_bytes())
    damaged = tmp_path / "damaged.gz"
    damaged.write_bytes(gzip.compress(whole[:8192] + b"\0" * 8192 + whole[16384:]))
    cut = tmp_path / "cut.gz"
    cut.write_bytes(backup.read_bytes()[:5000])
    before = answer(run, "frappe.client.get_count", "User")
    for path in (damaged, cut, tmp_path / "missing.gz"):
        done = run("restore", str(path))
        assert done.returncode == 1 and str(path) in done.stderr
    assert answer(run, "frappe.client.get_count", "User") == before


@pytest.mark.requirement("CFG-2")
def test_uninstalling_leaves_the_site_sound(run: Run) -> None:
    done = run("uninstall-app", "med_trace", "--yes", "--no-backup")
    assert done.returncode == 0, done.stderr
    fields = answer(run, "frappe.get_all", "Custom Field")
    assert [row["name"] for row in fields if "mt_" in row["name"]] == []  # type: ignore[attr-defined]
    assert "Material Lot" not in str(answer(run, "frappe.db.get_tables"))
    assert run("migrate").returncode == 0
    back = run("install-app", "med_trace")
    assert back.returncode == 0, back.stderr


def test_dropped_site_is_kept_in_the_archive(run: Run, tmp_path: Path) -> None:
    name = "dropped.localhost"
    assert run("new-site", name, "--admin-password", "x", site=name).returncode == 0
    done = run("drop-site", name, "--no-backup", "--archived-sites-path", str(tmp_path), site=name)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name / "site_config.json").exists()
