"""The validation pack: requirements with their tests and results, installation and operation check, as JSON and PDF."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import frappe
import med_trace
from frappe import _
from frappe.utils import get_system_timezone, now_datetime
from med_trace.evidence.history import plain
from med_trace.evidence.package import pretty
from med_trace.evidence.printing import as_pdf, moment, speaking, utc_now
from med_trace.evidence.validation import installation, operation, requirements
from med_trace.evidence.validation.installation import WRONG

SCHEMA = "med_trace.validation-pack/1"


def validation_pack(results: Path | None = None) -> dict[str, Any]:
    """Everything as plain data; reads the site, tries the product and takes back what it tried."""
    path = results or requirements.default_results()
    tested = requirements.results_of(path)
    rows = requirements.matrix(requirements.known(), tested["tests"])
    return {
        "schema": SCHEMA,
        "site": frappe.local.site,
        "version": med_trace.__version__,
        "made_at": plain(now_datetime()),
        "time_zone": get_system_timezone(),
        "results_file": str(path) if tested["tests"] else None,
        "requirements": rows,
        "installation": installation.checks(),
        "operation": operation.checks(),
    }


def problems(pack: dict[str, Any]) -> list[str]:
    """What is not as it should be: wrong checks and failed requirements. What was not run is no problem, and no proof."""
    wrong = [
        f"{row['group']}: {row['what']}: {row['found']}" for row in _checks(pack) if row["result"] == WRONG
    ]
    return wrong + [
        f"{row['id']}: {row['failed']} tests failed" for row in pack["requirements"] if row["failed"]
    ]


def write(pack: dict[str, Any], folder: Path, language: str, printed_line: str) -> list[Path]:
    """validation-pack.json and validation-pack.pdf in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"validation-pack.json": pretty(pack), "validation-pack.pdf": _pdf(pack, language, printed_line)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def _pdf(pack: dict[str, Any], language: str, printed_line: str) -> bytes:
    with speaking(language):
        title = _("Validation pack")
        outcomes = Counter(row["result"] for row in pack["requirements"])
        context = {
            **{key: value for key, value in pack.items() if key != "made_at"},
            "title": title,
            "running_title": f"{title} {pack['site']}",
            "printed_line": printed_line,
            "made": f"{moment(pack['made_at'])} {pack['time_zone']}",
            "outcomes": dict(outcomes),
            "wrong": {
                name: sum(row["result"] == WRONG for row in pack[name])
                for name in ("installation", "operation")
            },
            "failures": [
                test for row in pack["requirements"] for test in row["tests"] if test["outcome"] == "failed"
            ],
        }
    return as_pdf("validation_pack.html", language, utc_now(), **context)


def _checks(pack: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pack["installation"], *pack["operation"]]
