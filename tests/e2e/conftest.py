"""The demo plant in a browser: the pages built, a site of its own served, Chromium looking at it.

What is missing skips these tests and says how to get it. MED_TRACE_E2E_URL names a served site that has the
demo plant already (the only way on a real bench).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from web import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "apps" / "med_trace" / "frontend"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
).split()
PASSWORD = "trace-demo-2026"
PATIENCE = 30_000  # milliseconds: a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def node_modules(pytestconfig: pytest.Config) -> Path:
    """The packages of the front end, installed by npm when they are not there."""
    if not shutil.which("npm"):
        pytest.skip("npm is not there: install Node.js 20 or newer (on Debian: apt-get install nodejs npm)")
    folder = FRONTEND / "node_modules"
    with lock(pytestconfig):
        if not folder.exists():
            run("npm", "ci", "--no-audit", "--no-fund")
    return folder


@pytest.fixture(scope="session")
def built(pytestconfig: pytest.Config) -> None:
    """The pages, built from what the sources are now."""
    with lock(pytestconfig):
        done = subprocess.run([sys.executable, ROOT / "scripts" / "pages.py"], capture_output=True, text=True)
    if done.returncode == 3:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr


class lock:
    """One builder at a time, also among the workers of one run."""

    def __init__(self, config: pytest.Config) -> None:
        self.path = config.cache.mkdir("med_trace_pages") / "lock"  # type: ignore[union-attr]

    def __enter__(self) -> None:
        self.file = self.path.open("w")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *error: object) -> None:
        self.file.close()


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


@pytest.fixture(scope="session")
def address(
    built: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a served site with the demo plant."""
    if os.environ.get("MED_TRACE_E2E_URL"):
        yield os.environ["MED_TRACE_E2E_URL"].rstrip("/")
        return
    if os.environ.get("MED_TRACE_BENCH"):
        pytest.skip("on a bench: MED_TRACE_E2E_URL=http://… of a site with the demo plant runs these tests")
    sites = copy_of_site(request, tmp_path_factory.mktemp("e2e"))
    bench = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", "test.localhost"]
    done = subprocess.run([*bench, "med-trace", "demo"], cwd=sites, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    port = free_port()
    log = (sites / "served").open("w")
    server = subprocess.Popen(
        [*bench, "serve", "--port", str(port), "--noreload"], cwd=sites, stdout=log, stderr=log
    )
    try:
        wait_for(f"http://127.0.0.1:{port}", server, Path(log.name))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def copy_of_site(request: pytest.FixtureRequest, folder: Path) -> Path:
    """A site of our own beside the other tests' one, as it was when it was new."""
    request.getfixturevalue("site")
    original = request.getfixturevalue("sites_path")
    sites = folder / "sites"
    shutil.copytree(original, sites, ignore=shutil.ignore_patterns("site.db*", "jobs.db*"))
    shutil.copy(original.parent / "pristine.db", sites / "test.localhost" / "site.db")
    (folder / "logs").mkdir()
    return sites


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not there: env/bin/pip install playwright"
    )
    if not CHROMIUM:
        pytest.skip("no browser is there: apt-get install chromium (as root, on Debian)")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


class Visitor:
    """One person with one browser window; remembers what went wrong behind the page."""

    def __init__(self, context: Any, address: str) -> None:
        self.page, self.address = context.new_page(), address
        self.problems: list[str] = []
        self.outside: list[str] = []
        context.set_default_timeout(PATIENCE)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.outside.append(request.url)

    def log_in(self, person: str, path: str = "/med-trace") -> Visitor:
        """Opens the page as a guest and comes back to it through the login."""
        self.page.goto(self.address + path)
        self.page.get_by_label("Email or user name").fill(f"{person}@traceworks.example")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(f"{self.address}/med-trace**")
        self.speak("en")
        return self

    def speak(self, lang: str) -> None:
        self.page.locator(f"button[lang={lang}]").click()
        self.page.locator(f"html[lang={lang}]").wait_for(state="attached")

    def go(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page

    def scan(self, code: str) -> None:
        """As a keyboard wedge does: characters into whatever has the focus, then Enter."""
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    """`visit(width, height)` -> a Visitor; at the end nothing went wrong and nobody outside was asked."""
    contexts, visitors = [], []

    def open_window(width: int = 1366, height: int = 900) -> Visitor:
        phone = width < 500
        context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone
        )
        contexts.append(context)
        visitors.append(Visitor(context, address))
        return visitors[-1]

    yield open_window
    for context in contexts:
        context.close()
    assert [one for visitor in visitors for one in visitor.outside] == []
    assert [one for visitor in visitors for one in visitor.problems] == []
