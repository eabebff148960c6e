"""Every text that a person may read, gathered from the sources: Python, DocTypes, defaults, templates, desk scripts.

A text is what the code gives to a translation; what is filled in at run time (numbers, names) is not one.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

APP = Path(__file__).parents[1] / "apps" / "med_trace" / "med_trace"
NOT_SHOWN = {"demo", "__pycache__", "commands"}  # the demo plant's own data; what the console says
# Calls whose first text is shown to people, beside the errors of the domain.
SAYING = {"_", "Sentence", "said"}
# Rows of tables whose texts are all shown.
TABLES = {"Headline"}
HTML_CALL = re.compile(r"""\b(?:_|said)\(\s*(["'])((?:(?!\1).)*)\1""")
JS_CALL = re.compile(r"""\b__\(\s*(["'`])((?:(?!\1).)*)\1""")


def chinese() -> dict[str, str]:
    with (APP / "translations" / "zh.csv").open(encoding="utf-8", newline="") as source:
        return {row[0]: row[1] for row in csv.reader(source) if len(row) > 1 and row[1]}


def in_python() -> Iterator[tuple[str, str]]:
    """(where, text) of messages, errors and their titles."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _files("*.py")}
    errors = _errors(trees)
    for path, tree in trees.items():
        constants = _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name in errors:
                yield from ((_where(path, line), text) for line, text in _titles(node))
            elif isinstance(node, ast.Call) and _name(node.func) in SAYING | errors:
                yield from ((_where(path, node.lineno), text) for text in _texts(node, constants))
            elif isinstance(node, ast.Call) and _name(node.func) in TABLES:
                words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                yield from ((_where(path, node.lineno), text) for text in words if " " in str(text))


def in_enums() -> Iterator[tuple[str, str]]:
    """The words of the domain: values of its enumerations, which the pages and prints translate."""
    for path in _files("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and "Enum" in {_name(base) for base in node.bases}:
                for line in (one for one in node.body if isinstance(one, ast.Assign)):
                    value = line.value.elts[0] if isinstance(line.value, ast.Tuple) else line.value
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                        yield _where(path, line.lineno), value.value


def _errors(trees: dict[Path, ast.Module]) -> set[str]:
    """The names of TraceError and of every class that descends from it."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"TraceError"}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return found


def _texts(call: ast.Call, constants: dict[str, list[str]]) -> Iterator[str]:
    """The first argument: a text, a choice between texts, or a name of texts in the same file."""
    waiting: list[Any] = call.args[:1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            waiting += [node.body, node.orelse]
        elif isinstance(node, ast.Name):
            yield from constants.get(node.id, ())
        elif isinstance(node, ast.Subscript):
            waiting.append(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            waiting.append(node.func.value)


def _constants(tree: ast.Module) -> dict[str, list[str]]:
    """Texts under the names of the file: NAME = "text", NAME = {key: "text"}."""
    found: dict[str, list[str]] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(targets[0], ast.Name):
            continue
        values = value.values if isinstance(value, ast.Dict) else [value]
        texts = [one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if texts:
            found[targets[0].id] = texts
    return found


def _titles(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for line in node.body:
        is_title = isinstance(line, ast.Assign) and [_name(target) for target in line.targets] == ["title"]
        if is_title and isinstance(line.value, ast.Constant):
            yield line.lineno, line.value.value


def _name(node: Any) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def in_doctypes() -> Iterator[tuple[str, str]]:
    """Names, labels, hints and options of DocTypes and custom fields."""
    for path in _files("*/doctype/*/*.json"):
        doctype = json.loads(path.read_text(encoding="utf-8"))
        yield _where(path, 1), doctype["name"]
        yield from _of_fields(path, doctype.get("fields", []))
    for path in _files("*/custom/*.json"):
        yield from _of_fields(path, json.loads(path.read_text(encoding="utf-8")).get("custom_fields", []))


def _of_fields(path: Path, fields: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for field in fields:
        options = (field.get("options") or "").split("\n") if field["fieldtype"] == "Select" else []
        for text in (field.get("label"), field.get("description"), *options):
            if text:
                yield f"{path.relative_to(APP)}: {field['fieldname']}", text


SHOWN_OF_DEFAULTS = {
    "Workflow State": ("workflow_state_name",),
    "Workflow Action Master": ("workflow_action_name",),
    "Role": ("role_name",),
    "Signature Rule": ("meaning",),
    "Regulated Field": ("why",),
    "Workflow Document State": ("state",),
    "Workflow Transition": ("action", "state"),
}


def in_defaults() -> Iterator[tuple[str, str]]:
    """States, steps, roles, meanings: what a site begins with."""
    for path in (*_files("fixtures/*.json"), *_files("defaults/*.json")):
        for record in json.loads(path.read_text(encoding="utf-8")):
            rows = [row for value in record.values() if isinstance(value, list) for row in value]
            for one in [record, *(row for row in rows if isinstance(row, dict))]:
                for field in SHOWN_OF_DEFAULTS.get(one.get("doctype", ""), ()):
                    if one.get(field):
                        yield str(path.relative_to(APP)), one[field]


def in_reports_and_workspaces() -> Iterator[tuple[str, str]]:
    for path in (*_files("*/report/*/*.json"), *_files("*/workspace/*/*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for value in record.values() if isinstance(value, list) for row in value]
        for one in [record, *(row for row in rows if isinstance(row, dict))]:
            for field in ("name", "label", "title"):
                if one.get(field) and one.get("doctype") in ("Report", "Workspace", None):
                    yield str(path.relative_to(APP)), one[field]
            if one.get("doctype") and one.get("label"):
                yield str(path.relative_to(APP)), one["label"]


def in_templates() -> Iterator[tuple[str, str]]:
    for path in _files("*.html"):
        yield from _matches(path, HTML_CALL)


def in_desk_scripts() -> Iterator[tuple[str, str]]:
    for path in _files("*.js"):
        yield from _matches(path, JS_CALL)


def _matches(path: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    source = path.read_text(encoding="utf-8")
    for found in pattern.finditer(source):
        yield _where(path, source.count("\n", 0, found.start()) + 1), found[2]


def _files(pattern: str) -> list[Path]:
    found = APP.rglob(pattern) if "/" not in pattern else APP.glob(pattern)
    return sorted(
        path
        for path in found
        if not NOT_SHOWN & {*path.relative_to(APP).parts[:-1], path.stem}
        and "frontend" not in path.parts
        and "node_modules" not in path.parts
    )


def _where(path: Path, line: int) -> str:
    return f"{path.relative_to(APP)}:{line}"
