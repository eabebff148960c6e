"""The site that tests run on: a fresh embedded one, or the site of a real bench.

A real bench is taken when MED_TRACE_BENCH and MED_TRACE_SITE name one (scripts/test starts its
interpreter). The embedded site is built once per state of the code and copied for each worker.
Every test is rolled back. A test that asks for `client` may commit: the embedded site is copied anew
after it; on a bench its records stay.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from memory import forget
from results import pytest_runtest_logreport, pytest_runtest_setup, pytest_sessionfinish  # noqa: F401
from web import Client, free_port, wait_for

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent
BENCH = os.environ.get("MED_TRACE_BENCH")
SITE = os.environ.get("MED_TRACE_SITE") or "test.localhost"
APPS = ("erpnext", "med_trace")
PRISTINE = "pristine.db"  # the database as it was, beside `sites`
VAULT = "pristine-audit"  # and the keys and the head of its audit trail
NEEDS_NO_SITE = {"domain", "structure", "e2e"}  # the browser's tests have sites of their own


# -- building the embedded site -------------------------------------------------


def _code_state() -> str:
    """Changes with any file that a new site is made from."""
    state = hashlib.sha256()
    for folder in (ROOT / "embedded" / "src", ROOT / "apps" / "med_trace" / "med_trace"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".json", ".txt", ".csv") and "__pycache__" not in path.parts:
                state.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return state.hexdigest()[:16]


def _template(cache: Path) -> Path:
    """The folder with a site that nobody has used; the first worker builds it, the others wait."""
    folder = cache / f"site-{_code_state()}"
    cache.mkdir(parents=True, exist_ok=True)
    lock = folder.with_suffix(".lock")
    while not folder.exists():
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            _wait_for_builder(lock)
            continue
        try:
            _build(folder)
        finally:
            lock.unlink()
    return folder


def _wait_for_builder(lock: Path) -> None:
    if lock.exists() and time.time() - lock.stat().st_mtime > 300:
        lock.unlink(missing_ok=True)
    time.sleep(0.2)


def _build(folder: Path) -> None:
    for old in folder.parent.glob("site-*"):
        if old.is_dir() and time.time() - old.stat().st_mtime > 3600:  # a younger one may be in use
            shutil.rmtree(old, ignore_errors=True)
    half = folder.with_suffix(f".{os.getpid()}")
    half.mkdir()
    for name in ("apps.txt", "common_site_config.json"):
        shutil.copy(ROOT / "sites" / name, half / name)
    arguments = [argument for app in APPS for argument in ("--install-app", app)]
    command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "new-site", SITE]
    done = subprocess.run(
        [*command, "--admin-password", "admin", *arguments], cwd=half, capture_output=True, text=True
    )
    if done.returncode:
        shutil.rmtree(half)
        pytest.exit(f"The test site could not be made:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}", 1)
    half.rename(folder)


@pytest.fixture(scope="session")
def sites_path(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `sites` folder: of the bench, or this worker's own copy of the template."""
    if BENCH:
        return Path(BENCH) / "sites"
    template = _template(pytestconfig.cache.mkdir("med_trace"))  # type: ignore[union-attr]
    own = tmp_path_factory.mktemp("bench") / "sites"
    shutil.copytree(template, own)
    (own.parent / "logs").mkdir()
    shutil.copy(own / SITE / "site.db", own.parent / PRISTINE)
    shutil.copytree(own / SITE / "private" / "audit", own.parent / VAULT)
    return own


# -- the open site --------------------------------------------------------------


@pytest.fixture(scope="session")
def site(sites_path: Path) -> Iterator[str]:
    """The site, open in this process as Administrator."""
    before = Path.cwd()
    os.chdir(sites_path)
    _connect()
    yield SITE
    import frappe

    frappe.destroy()
    os.chdir(before)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out, on a bench, what only the embedded runtime promises."""
    for item in items if BENCH else []:
        if item.get_closest_marker("embedded_only"):
            item.add_marker(pytest.mark.skip(reason="the embedded runtime is stricter here than Frappe"))


def _connect() -> None:
    import frappe

    frappe.init(site=SITE, sites_path=".")
    frappe.connect()
    frappe.flags.in_test = True
    frappe.flags.mute_emails = True
    frappe.set_user("Administrator")
    frappe.local.lang = "en"


@pytest.fixture(autouse=True)
def rollback(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test starts from the same site and leaves nothing behind."""
    folder = Path(str(request.path)).relative_to(ROOT / "tests").parts[0]
    if folder in NEEDS_NO_SITE and "site" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("site")
    back_to_committed()
    yield
    back_to_committed()


def back_to_committed() -> None:
    import frappe

    frappe.db.rollback()
    forget()


# -- over HTTP ------------------------------------------------------------------


@pytest.fixture(scope="session")
def served(site: str, sites_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the served site: MED_TRACE_URL, or a server of our own on a free port."""
    if os.environ.get("MED_TRACE_URL"):
        yield os.environ["MED_TRACE_URL"]
        return
    port = free_port()
    log = (tmp_path_factory.mktemp("served") / "log").open("w")
    command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", SITE]
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port), "--noreload"], cwd=sites_path, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server, Path(log.name))
        yield address
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def client(served: str, site: str, sites_path: Path) -> Iterator[Client]:
    """A browser that nobody has logged in with. The test commits what the server shall see."""
    yield Client(served, site)
    if not BENCH:
        _restore(sites_path)


def _restore(sites_path: Path) -> None:
    import frappe

    frappe.destroy()
    for file in (*(sites_path / SITE).glob("site.db*"), *(sites_path / SITE).glob("jobs.db*")):
        file.unlink()
    shutil.copy(sites_path.parent / PRISTINE, sites_path / SITE / "site.db")
    shutil.rmtree(sites_path / SITE / "private" / "audit")
    shutil.copytree(sites_path.parent / VAULT, sites_path / SITE / "private" / "audit")
    _connect()


@pytest.fixture
def commands(site: str, sites_path: Path) -> Any:
    """Runs a bench command on the site: `commands("med-trace", "trace", lot)` -> completed process."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, *arguments]
        return subprocess.run(command, cwd=sites_path, capture_output=True, text=True)

    return run
