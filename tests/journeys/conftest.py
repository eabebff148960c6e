"""A story is told once for the tests of its file, in a transaction that never commits.

Each test sees the story as it ended and may go on from there: what it does is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memory import forget

FIXTURES = Path(__file__).parents[2] / "fixtures"
SAVEPOINT = "story_told"


@pytest.fixture(scope="module")
def plant(site: str) -> Iterator[object]:
    """The demo plant with its masters; every number in it is new."""
    import frappe
    from med_trace.demo.plant import build, open_plant

    frappe.db.rollback()
    forget()
    place = open_plant(FIXTURES, tag=f"-{frappe.generate_hash(length=4).upper()}")
    build(place)
    yield place
    frappe.db.rollback()
    forget()


@pytest.fixture(autouse=True)
def rollback(site: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Instead of the rollback of a whole test: back to where the story ended."""
    import frappe

    frappe.db.savepoint(SAVEPOINT)
    yield
    frappe.db.rollback(save_point=SAVEPOINT)
    forget()
