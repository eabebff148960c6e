"""Writes down what each test proved and how it ended, for the validation pack: the file that MED_TRACE_RESULTS names.

`scripts/test` names logs/test-results.json. A run of some tests keeps what is known of the others; what is no longer
collected of a file that ran is forgotten.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

FORMAT = "med_trace test results 1"
REQUIREMENT = "requirement"
_found: dict[str, dict[str, Any]] = {}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The marks travel with the report, from a worker of xdist too."""
    ids = sorted({str(id) for mark in item.iter_markers(REQUIREMENT) for id in mark.args})
    item.user_properties.append((REQUIREMENT, ids))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    test = _found.setdefault(
        report.nodeid, {"outcome": "passed", "requirements": [], "at": now(), "runtime": runtime()}
    )
    test["requirements"] = next((ids for key, ids in report.user_properties if key == REQUIREMENT), [])
    if report.failed:
        test["outcome"] = "failed"
    elif report.skipped and test["outcome"] != "failed":
        test["outcome"] = "skipped"


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = os.environ.get("MED_TRACE_RESULTS")
    if path and _found and not hasattr(session.config, "workerinput"):
        write(Path(path), _found)


def write(path: Path, found: dict[str, dict[str, Any]]) -> None:
    """Bring the file up to date; a reader never sees half of it."""
    known = json.loads(path.read_text(encoding="utf-8"))["tests"] if path.exists() else {}
    ran = {file_of(name) for name in found}
    kept = {name: test for name, test in known.items() if file_of(name) not in ran or name in found}
    tests = dict(sorted({**kept, **found}.items()))
    half = path.with_suffix(f".{os.getpid()}")
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_text(json.dumps({"format": FORMAT, "written_at": now(), "tests": tests}, indent=1) + "\n")
    half.replace(path)


def file_of(nodeid: str) -> str:
    return nodeid.split("::")[0]


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def runtime() -> str:
    return "bench" if os.environ.get("MED_TRACE_BENCH") else "embedded"
