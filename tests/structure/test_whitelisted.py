"""What the network may call is typed, documented, and asks for permission before anything else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

APP = Path(__file__).parents[2] / "apps" / "med_trace" / "med_trace"
ASKS = ("permission", "permit", "require", "only_for")


class Whitelisted(NamedTuple):
    where: str
    function: ast.FunctionDef
    is_guest: bool


def _decorator(node: ast.FunctionDef) -> ast.expr | None:
    for decorator in node.decorator_list:
        if "frappe.whitelist" in ast.unparse(decorator):
            return decorator
    return None


def whitelisted() -> Iterator[Whitelisted]:
    for path in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (decorator := _decorator(node)):
                guest = "allow_guest=True" in ast.unparse(decorator)
                yield Whitelisted(f"{path.relative_to(APP)}:{node.name}", node, guest)


FUNCTIONS = list(whitelisted())


def first_steps(node: ast.FunctionDef) -> list[ast.stmt]:
    """The first statement after the docstring; of a `with` block its first statement too."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    steps = body[:1]
    while steps and isinstance(steps[-1], ast.With):
        steps.append(steps[-1].body[0])
    return steps


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.where)
def test_every_argument_and_the_result_have_types(entry: Whitelisted) -> None:
    arguments = entry.function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    assert [name.arg for name in named if name.arg != "self" and name.annotation is None] == []
    assert entry.function.returns is not None


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.where)
def test_it_is_documented(entry: Whitelisted) -> None:
    assert ast.get_docstring(entry.function)


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.where)
def test_permission_comes_first(entry: Whitelisted) -> None:
    if entry.is_guest:
        return
    first = " ".join(ast.unparse(step) for step in first_steps(entry.function)[-1:])
    assert any(word in first for word in ASKS), f"its first line asks for no permission: {first[:100]}"
