"""Whatever is sent to our own methods, the answer is theirs: a result or a 4xx with words, and nothing is written."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import frappe
import med_trace.api
from builders import PASSWORD, a_user

ROLES = ("Operator", "Inspector", "Quality", "Supervisor", "Warehouse", "Regulatory")
ODD: tuple[Any, ...] = (
    *("x", "", " ", "0", "-1", "NaN", "é\u0000\ud83d", "<b>", "' or 1=1 --", "x" * 3_000, "[", "[1]", "{}"),
    *(None, 0, -1, 1.5, 10**30, True, [], ["x"], [None], [[]], {}, {"x": {}}, [{"lot": None}], {"rows": [1]}),
)


def whitelisted() -> Iterator[tuple[str, list[str]]]:
    for module in pkgutil.iter_modules(med_trace.api.__path__):
        found = importlib.import_module(f"med_trace.api.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if function in frappe.whitelisted:
                yield f"{found.__name__}.{name}", list(inspect.signature(function).parameters)


METHODS = dict(whitelisted())


@pytest.fixture
def everybody(client: Any) -> Any:
    user = a_user(*ROLES)
    frappe.db.commit()
    return client.login(user, PASSWORD).as_page()  # without its token each write after `boot` is refused


def test_there_are_methods() -> None:
    assert {"med_trace.api.scan.resolve", "med_trace.api.sign.sign"} <= METHODS.keys()


def requests_with(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Nothing at all, the same odd value everywhere, and one odd value among plain ones."""
    yield {}
    for odd in ODD:
        yield dict.fromkeys(arguments, odd)
        if len(arguments) > 1:
            yield from ({**dict.fromkeys(arguments, "x"), name: odd} for name in arguments)


@pytest.mark.requirement("GATE-1")
def test_no_value_makes_a_method_fail(everybody: Any) -> None:
    written = frappe.db.count("Trace Event")
    wrong = []
    for method, arguments in METHODS.items():
        for sent in requests_with(arguments):
            reply = everybody.send("POST", f"/api/method/{method}", sent)
            if reply.status >= 500:
                wrong.append((method, repr(sent)[:80], reply.status, reply.text[-120:]))
    frappe.db.rollback()
    assert not wrong, "\n".join(map(str, wrong))
    assert frappe.db.count("Trace Event") == written
