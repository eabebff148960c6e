"""A story is told once for the tests of its file, in a transaction that never commits.

Each test sees the story as it ended and may go on from there: what it does is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
SAVEPOINT = "story_told"


@pytest.fixture(scope="module")
def plant(site: str) -> Iterator[object]:
    """The demo plant with its masters; every number in it is new."""
    import frappe
    from med_trace.demo.plant import build, open_plant

    frappe.db.rollback()
    _forget()
    place = open_plant(FIXTURES, tag=f"-{frappe.generate_hash(length=4).upper()}")
    build(place)
    yield place
    frappe.db.rollback()
    _forget()


@pytest.fixture(autouse=True)
def rollback(site: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Instead of the rollback of a whole test: back to where the story ended."""
    import frappe

    frappe.db.savepoint(SAVEPOINT)
    yield
    frappe.db.rollback(save_point=SAVEPOINT)
    _forget()


def _forget() -> None:
    """As Administrator, without what this process remembers of rows that were taken back."""
    import frappe

    frappe.set_user("Administrator")
    frappe.local.lang = "en"
    frappe.local.message_log = []
    frappe.local.document_cache = {}
    if hasattr(frappe.local, "request_cache"):
        frappe.local.request_cache.clear()
    frappe.local.dynamic_link_map = None
    frappe.db.value_cache.clear()
    frappe.clear_cache()
