"""The stages stand in one line; each imports only what stands left of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "apps" / "med_trace" / "med_trace"
LINE = "domain ledger qualification nonconformance receiving production inspection release distribution recall".split()
READS_ALL = ("trace", "evidence", "api", "configuration", "demo")
STANDARD_ONLY = {"domain"}  # may import nothing but the standard library and itself
MAX_LINES = 400


def stages() -> list[str]:
    return [path.name for path in sorted(APP.iterdir()) if (path / "__init__.py").exists()]


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "med_trace":
            yield from ((node.lineno, f"med_trace.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module or ""


def own_imports(stage: str) -> Iterator[tuple[str, str]]:
    """Where, and the stage that is imported there."""
    for path in sorted((APP / stage).rglob("*.py")):
        for line, name in imports_of(path):
            parts = name.split(".")
            if parts[0] == "med_trace" and len(parts) > 1 and parts[1] != stage:
                yield f"{path.relative_to(APP)}:{line}", parts[1]


@pytest.mark.parametrize("stage", LINE)
def test_stage_imports_only_what_stands_left_of_it(stage: str) -> None:
    allowed = set(LINE[: LINE.index(stage)])
    wrong = [(where, other) for where, other in own_imports(stage) if other in {*LINE, *READS_ALL} - allowed]
    assert wrong == []


def test_trace_stays_below_the_api() -> None:
    wrong = [entry for stage in ("trace",) for entry in own_imports(stage) if entry[1] in ("api", "demo")]
    assert wrong == []


@pytest.mark.parametrize("stage", sorted(STANDARD_ONLY))
def test_domain_knows_no_framework(stage: str) -> None:
    import sys

    allowed = {*sys.stdlib_module_names, "med_trace"}
    wrong = [
        (str(path.relative_to(APP)), name)
        for path in (APP / stage).rglob("*.py")
        for _line, name in imports_of(path)
        if name.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_every_module_of_the_app_is_a_stage_of_the_line() -> None:
    modules = [
        line.strip().lower() for line in (APP / "modules.txt").read_text().splitlines() if line.strip()
    ]
    assert [module for module in modules if module not in {*LINE, *READS_ALL}] == []


@pytest.mark.parametrize("path", sorted(APP.rglob("*.py")), ids=lambda path: str(path.relative_to(APP)))
def test_no_file_grows_beyond_its_noun(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
