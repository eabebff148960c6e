"""Runs the proofs of tests/security in full size and writes their figures into docs/reliability.md.

    scripts/prove [tampering packages crash permissions fuzz attacks concurrency] [--seed N] [--size crash=50]

`--size crash_minutes=30` ends the kills after that time, however many there were.

Without a name all of them run, one after the other. A section of the document is replaced when its proof has run;
the others stay as they were.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "reliability.md"
SEED = 20261122
HEAD = """# Reliability

What `scripts/prove` found on the machine named in each section. The same proofs run as a small share, from the same
seed, in `scripts/test`. Written by the command; edit `scripts/prove.py` instead.
"""


@dataclass(frozen=True)
class Proof:
    """A section of the document, and the tests whose figures it shows."""

    title: str
    tests: tuple[str, ...]
    text: str


PROOFS = {
    "tampering": Proof(
        "Tampering",
        ("tests/security/test_tampering.py",),
        "A site with the demo plant and more entries, sealed in blocks, with a tail that is not sealed. The triggers are"
        " dropped, and single rows are mutated by SQL: any column edited, rows deleted, inserted, swapped, reordered,"
        " replayed, hashed again; events removed or invented with their entries; tails cut, seals and keys changed,"
        " whole chains forged with another key. A round makes up to a hundred mutations of different records, or one of"
        " the chain; then the whole trail is verified, each mutated record must be named, and the round is taken back.",
    ),
    "packages": Proof(
        "Packages",
        ("tests/security/test_tampering_package.py",),
        "An evidence package is changed, from outside (a byte, a file, a manifest mended without its key) and from inside"
        " (values, lines and seals, under a manifest that the site itself has signed). The stand-alone program must"
        " refuse each of them, and name the place or say which part it cannot read.",
    ),
    "crash": Proof(
        "Crash",
        ("tests/security/test_crash.py",),
        "The server and the sealer are killed with SIGKILL at a random moment while clients record events and change"
        " records. After each kill the database file is asked: every event has its rows and its one audit entry, every"
        " entry its event, every lot says what its events say, nothing that was confirmed is missing. What nobody was"
        " told about is sent again by its id, twice, and is there once. Every 50 kills, and at the end, the whole"
        " ledger and audit trail is verified.",
    ),
    "permissions": Proof(
        "Permissions",
        ("tests/security/test_permissions*.py",),
        "Every role, DocType, action and route, compared with docs/roles.md.",
    ),
    "fuzz": Proof(
        "Fuzz",
        ("tests/security/test_fuzz.py", "tests/api/test_never_500.py"),
        "schemathesis generates requests, right and wrong ones, for every whitelisted method and every record over REST,"
        " from an OpenAPI document made from the signatures. No answer may be a 5xx.",
    ),
    "attacks": Proof(
        "Attacks",
        ("tests/security/test_attacks_*.py",),
        "SQL in every argument, filter, order and address; script in every text field, shown on pages, prints, labels and"
        " notices; names and addresses of files that lead elsewhere, and files of others; forged requests, planted"
        " sessions, guessed passwords.",
    ),
    "concurrency": Proof(
        "Concurrency",
        ("tests/security/test_concurrency*.py", "tests/ledger/test_concurrency.py"),
        "Clients, each a process with its own connection, begin at the same moment: no lost update, no negative quantity,"
        " no double release, no entry without a seal.",
    ),
}


def main() -> None:
    arguments = _arguments()
    failed = []
    for name in arguments.proofs or PROOFS:
        passed = run(name, arguments.seed, dict(arguments.size))
        failed += [] if passed else [name]
    raise SystemExit(f"Failed: {', '.join(failed)}" if failed else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("proofs", nargs="*", metavar="proof", help=", ".join(PROOFS))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--size", type=_size, action="append", default=[], metavar="proof=number")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.proofs if name not in PROOFS]
    if unknown:
        parser.error(f"{', '.join(unknown)}: expected {', '.join(PROOFS)}")
    return arguments


def _size(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    return name, int(number)


def run(name: str, seed: int, sizes: dict[str, int]) -> bool:
    """One proof; its section in the document is written anew."""
    proof, began = PROOFS[name], time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        figures, report = Path(folder) / "figures", Path(folder) / "report.xml"
        environment = {
            **os.environ,
            "MED_TRACE_PROVE": json.dumps(sizes),
            "MED_TRACE_SEED": str(seed),
            "MED_TRACE_FIGURES": str(figures),
        }
        tests = [str(path) for pattern in proof.tests for path in sorted(ROOT.glob(pattern))]
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *tests]
        passed = (
            bool(tests) and subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
        )
        lines = [json.loads(line) for line in figures.read_text().splitlines()] if figures.exists() else []
        count = _passed(report)
    minutes = (time.monotonic() - began) / 60
    _write(proof, _section(proof, lines, count, passed, seed, minutes))
    return passed


def _passed(report: Path) -> int:
    """How many tests of pytest's report passed."""
    if not report.exists():
        return 0
    found = re.search(r'errors="(\d+)" failures="(\d+)" skipped="(\d+)" tests="(\d+)"', report.read_text())
    if not found:
        return 0
    *others, tests = map(int, found.groups())
    return tests - sum(others)


def _section(
    proof: Proof, lines: list[dict[str, Any]], count: int, passed: bool, seed: int, minutes: float
) -> str:
    said = "passed" if passed else "**FAILED**"
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    facts = f"{date.today()}: {said}, tests: {count}, seed {seed}, {minutes:.1f} minutes, {machine}."
    tables = "\n".join(
        _table(name, [line for line in lines if line["proof"] == name]) for name in _names(lines)
    )
    text = textwrap.fill(proof.text, 118, break_on_hyphens=False)
    return f"## {proof.title}\n\n{text}\n\n{facts}\n\n{tables}".rstrip() + "\n"


def _names(lines: Iterable[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(line["proof"] for line in lines))


def _table(name: str, lines: list[dict[str, Any]]) -> str:
    """The figures that a test handed over, a row each; one line of figures is shown as a list."""
    figures = [{key: value for key, value in line.items() if key not in ("proof", "seed")} for line in lines]
    keys = list(dict.fromkeys(key for line in figures for key in line))
    if len(figures) == 1 and isinstance(figures[0].get("kinds"), dict):
        return _kinds(figures[0])
    head = "| " + " | ".join(key.replace("_", " ") for key in keys) + " |"
    rule = "|" + "".join("---|" if isinstance(figures[0].get(key), str) else "---:|" for key in keys)
    rows = ["| " + " | ".join(_shown(line.get(key)) for key in keys) + " |" for line in figures]
    return "\n".join([head, rule, *rows, ""])


def _kinds(line: dict[str, Any]) -> str:
    """One figure for each kind of what was done, under the totals."""
    kinds = line.pop("kinds")
    listed = ", ".join(f"{kind.replace('_', ' ')} {_shown(number)}" for kind, number in sorted(kinds.items()))
    return f"{_table('', [{'proof': '', **line}])}\nOf each kind: {listed}.\n"


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value or 0)


def _write(proof: Proof, section: str) -> None:
    """Puts the section where it was, or in the order of the proofs."""
    known = _sections(DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else "")
    known[proof.title] = section
    ordered = [known[one.title] for one in PROOFS.values() if one.title in known]
    DOCUMENT.write_text("\n".join([HEAD, *ordered]), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"(?m)^(?=## )", text)[1:]
    return {part.split("\n", 1)[0].removeprefix("## "): part.rstrip() + "\n" for part in parts}


if __name__ == "__main__":
    main()
