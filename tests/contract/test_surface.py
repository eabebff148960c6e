"""What the app uses of Frappe is listed in embedded/SURFACE.md, exists, and has Frappe v15's signature."""

from __future__ import annotations

import inspect
import json

import pytest
from surface import FACTS, SURFACE, listed_names, parameters, resolve, used_names

USED = sorted(used_names())
SIGNATURES: dict[str, str] = json.loads(FACTS.read_text())
DATA = (
    "frappe.session.",
    "frappe.local.",
    "frappe.flags.",
    "frappe.conf.",
    "frappe.response.",
    "frappe.request.",
)


def test_every_used_name_is_listed() -> None:
    missing = set(USED) - listed_names(SURFACE.read_text())
    assert not missing, "run env/bin/python tests/contract/surface.py after making sure the runtime has them"


def test_every_listed_name_is_used() -> None:
    assert listed_names(SURFACE.read_text()) - set(USED) == set()


@pytest.mark.parametrize("name", [name for name in USED if not name.startswith(DATA)])
def test_used_name_exists(name: str) -> None:
    assert resolve(name) is not None


@pytest.mark.parametrize("name", [name for name in USED if name in SIGNATURES])
def test_signature_is_that_of_frappe(name: str) -> None:
    found = inspect.signature(resolve(name))
    given = [
        (
            "*"
            * ((parameter.kind is parameter.VAR_POSITIONAL) + 2 * (parameter.kind is parameter.VAR_KEYWORD))
            + parameter.name,
            parameter.default is not parameter.empty,
        )
        for parameter in found.parameters.values()
        if parameter.name not in ("self", "cls")
    ]
    assert given == [entry for entry in parameters(SIGNATURES[name]) if entry[0] != "*"]
