"""What the browser must fetch before a page works: little, and from nobody else."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

BUILT = Path(__file__).parents[2] / "apps/med_trace/med_trace/public/frontend"
MOST_BYTES = 250 * 1024
ENTRY = "src/main.ts"
# What a page fetches by itself when it stands: Home its figures, and what draws them.
FETCHED_LATER = {"HomePage": ("src/components/home/HomeFigures.vue", "src/components/charts/echarts.ts")}
# Addresses that stand in the built files as names and are never asked: namespaces, and where messages are explained.
NAMES_ONLY = {
    "www.w3.org", "vuejs.org", "router.vuejs.org", "github.com", "tailwindcss.com", "feathericons.com",
    "bugs.chromium.org", "bugzilla.mozilla.org", "developer.mozilla.org", "localhost", "127.0.0.1",
}  # fmt: skip


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    return found


def fetched_first(entries: dict[str, Any], *wanted: str) -> set[str]:
    """The scripts that these entries import before they run."""
    found, waiting = set(), list(wanted)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += entries[key].get("imports", [])
    return {entries[key]["file"] for key in found}


@pytest.mark.requirement("VIEW-2")
@pytest.mark.parametrize("page", ["HomePage", "ScanPage"])
def test_the_first_load_is_small(built: None, page: str) -> None:
    entries = manifest()
    own = [key for key in entries if key.endswith(f"pages/{page}.vue")]  # none: the page is part of the entry
    files = fetched_first(entries, ENTRY, *own, *FETCHED_LATER.get(page, ()))
    size = sum(len(gzip.compress((BUILT / name).read_bytes(), 6)) for name in files)
    assert size <= MOST_BYTES, f"{size / 1024:.0f} KB of JavaScript: {sorted(files)}"


@pytest.mark.requirement("VIEW-2")
@pytest.mark.parametrize("path", ["/med-trace", "/med-trace/scan"])
def test_so_is_all_that_a_browser_asks_for(visit: Any, path: str) -> None:
    """Whoever sees every figure waits until each is drawn; what draws them counts."""
    visitor = visit(person="administrator")
    scripts: dict[str, int] = {}

    def note(reply: Any) -> None:
        if reply.request.resource_type == "script" and reply.ok:
            scripts[reply.url.split("/")[-1]] = len(gzip.compress(reply.body(), 6))

    visitor.page.on("response", note)
    page = visitor.go(path)
    page.locator("h1, h2").first.wait_for()
    if path == "/med-trace":
        page.locator("[role=img] svg").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert 0 < sum(scripts.values()) <= MOST_BYTES, scripts


@pytest.mark.requirement("VIEW-2")
def test_nothing_built_fetches_from_outside(built: None) -> None:
    outside = {}
    for path in [*BUILT.rglob("*.js"), *BUILT.rglob("*.css")]:
        hosts = set(re.findall(r"https?://([a-z0-9.-]+)", path.read_text(encoding="utf-8"))) - NAMES_ONLY
        if hosts:
            outside[path.name] = hosts
    assert outside == {}


@pytest.mark.requirement("ID-5")
def test_what_reads_labels_is_shipped_with_the_pages(built: None) -> None:
    assert [path.name for path in BUILT.rglob("*.wasm")], (
        "the reader of the camera is not among the built files"
    )
