"""Requirement -> the tests that prove it -> their last result, from the file that `scripts/test` writes.

What was not run is said to be not run. Knows nothing of Frappe.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

LIST = Path(__file__).with_name("requirements.json")
RESULTS = "test-results.json"
NOT_RUN, PASSED, FAILED, SKIPPED = "not run", "passed", "failed", "skipped"
_LINE = re.compile(r"^- (?P<id>[A-Z]+-\d+) (?P<text>.+)$", re.MULTILINE)


def parse(markdown: str) -> list[dict[str, str]]:
    """The requirements of docs/requirements.md: id and text, in their order."""
    return [match.groupdict() for match in _LINE.finditer(markdown)]


def known() -> list[dict[str, str]]:
    """The list that comes with the app."""
    return json.loads(LIST.read_text(encoding="utf-8"))


def default_results() -> Path:
    """In the repository: its logs folder. On a bench the file has to be named."""
    return Path(__file__).resolve().parents[5] / "logs" / RESULTS


def results_of(path: Path | None) -> dict[str, Any]:
    """What the last runs of the suite wrote: {tests: {...}, ...}; no tests where there is no file."""
    if path is None or not path.is_file():
        return {"tests": {}}
    return json.loads(path.read_text(encoding="utf-8"))


def matrix(requirements: Iterable[dict[str, str]], tests: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """One line for each requirement: its tests with their outcome, and the outcome of all of them."""
    proving: dict[str, list[dict[str, Any]]] = {}
    for name, test in sorted(tests.items()):
        for requirement in test["requirements"]:
            proving.setdefault(requirement, []).append({"test": name, **_said(test)})
    return [row | _judged(proving.get(row["id"], [])) for row in requirements]


def _said(test: dict[str, Any]) -> dict[str, Any]:
    return {key: test.get(key) for key in ("outcome", "at", "runtime")}


def _judged(tests: list[dict[str, Any]]) -> dict[str, Any]:
    counts = {
        outcome: sum(test["outcome"] == outcome for test in tests) for outcome in (PASSED, FAILED, SKIPPED)
    }
    if counts[FAILED]:
        result = FAILED
    else:
        result = PASSED if counts[PASSED] else NOT_RUN
    last = max((test["at"] or "" for test in tests), default="")
    return {"result": result, "tests": tests, "last_run": last, **counts}
