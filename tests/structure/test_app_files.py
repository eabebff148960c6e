"""Hooks name functions that exist; DocTypes are whole; nothing is fetched from elsewhere; nothing grows too large."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
APP = ROOT / "apps" / "med_trace" / "med_trace"
RUNTIME = ROOT / "embedded" / "src"
DOCTYPES = sorted(
    [*APP.glob("*/doctype/*/*.json"), *RUNTIME.glob("*/*/doctype/*/*.json")], key=lambda path: path.stem
)
PAGES = sorted(
    path
    for folder in (APP, RUNTIME)
    for ending in ("*.html", "*.js", "*.css", "*.svg", "*.vue")
    for path in folder.rglob(ending)
    if "public/frontend"
    not in str(path)  # built from apps/med_trace/frontend: tests/e2e watches what it asks for
)
HOST = re.compile(r"""(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)""")
NAMESPACES = ("www.w3.org", "example.com", "id.example.com")  # names, not addresses that are fetched


# -- hooks ------------------------------------------------------------------------


def dotted_paths(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for entry in value.values():
            yield from dotted_paths(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from dotted_paths(entry)
    elif isinstance(value, str) and value.startswith("med_trace."):
        yield value


def hooks() -> list[str]:
    values: dict[str, Any] = {}
    exec(compile((APP / "hooks.py").read_text(), "hooks.py", "exec"), values)
    return sorted(
        {path for key, value in values.items() if not key.startswith("_") for path in dotted_paths(value)}
    )


@pytest.mark.parametrize("path", hooks())
def test_hook_names_a_function_that_exists(path: str) -> None:
    module, _, name = path.rpartition(".")
    source = ROOT / "apps" / "med_trace" / (module.replace(".", "/") + ".py")
    kinds = (ast.FunctionDef, ast.ClassDef)  # classes: override_doctype_class
    names = {node.name for node in ast.parse(source.read_text()).body if isinstance(node, kinds)}
    assert name in names


def test_patches_exist() -> None:
    lines = [line.split()[0] for line in (APP / "patches.txt").read_text().splitlines() if line.strip()]
    modules = [line for line in lines if not line.startswith(("[", "#", "execute:"))]
    assert [
        name
        for name in modules
        if not (ROOT / "apps" / "med_trace" / (name.replace(".", "/") + ".py")).exists()
    ] == []


# -- DocTypes ---------------------------------------------------------------------


@pytest.mark.parametrize("path", DOCTYPES, ids=lambda path: path.stem)
def test_doctype_is_whole(path: Path) -> None:
    doctype = json.loads(path.read_text(encoding="utf-8"))
    names = [field["fieldname"] for field in doctype["fields"]]
    assert len(names) == len(set(names)), "a field occurs twice"
    assert doctype.get("field_order", names) == names
    assert path.stem == re.sub(r"[ -]", "_", doctype["name"]).lower()
    assert [
        field["fieldname"]
        for field in doctype["fields"]
        if field["fieldtype"] == "Link" and not field.get("options")
    ] == []


@pytest.mark.parametrize("path", DOCTYPES, ids=lambda path: path.stem)
def test_doctype_has_its_controller(path: Path) -> None:
    """Only the runtime's own plain DocTypes go without one; a bench asks every app for it."""
    source = path.with_suffix(".py")
    if not source.exists() and RUNTIME in path.parents:
        assert path.with_name("__init__.py").exists()
        return
    name = re.sub(r"[ -]", "", json.loads(path.read_text(encoding="utf-8"))["name"])
    tree = ast.parse(source.read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def test_custom_files_bring_custom_fields_only() -> None:
    """A Property Setter in such a file would first delete the site's own."""
    wrong = [
        path.name
        for path in APP.glob("*/custom/*.json")
        if {key for key, value in json.loads(path.read_text()).items() if isinstance(value, list) and value}
        - {"custom_fields"}
    ]
    assert wrong == []


# -- nothing from elsewhere -------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_page_fetches_nothing_from_another_host(path: Path) -> None:
    hosts = set(HOST.findall(path.read_text(encoding="utf-8", errors="replace")))
    assert hosts - set(NAMESPACES) == set()


def test_lock_files_name_no_host() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert locks
    assert [lock.name for lock in locks if "://" in lock.read_text()] == []


# -- size -------------------------------------------------------------------------


def code_lines(folder: Path) -> int:
    """Lines of Python with statements: neither blank nor comment nor docstring."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py"))
    return sum(len({line for node in ast.walk(tree) for line in _lines_of(node)}) for tree in trees)


def _lines_of(node: ast.AST) -> Iterator[int]:
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ):
        return
    if isinstance(node, ast.stmt) and not hasattr(node, "body"):
        yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
    elif isinstance(node, ast.stmt):
        yield node.lineno


def test_runtime_is_not_larger_than_the_app() -> None:
    assert code_lines(RUNTIME) <= code_lines(APP)
