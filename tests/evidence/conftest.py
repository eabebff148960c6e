"""Story 1 of the demo plant, told once for a file: screws turned from titanium, released, sent to hospitals.

What a test does from there is taken back. In a file that tells the story every test asks for `screws`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from memory import forget

FIXTURES = Path(__file__).parents[2] / "fixtures"
SAVEPOINT = "screws_told"


@pytest.fixture(scope="module")
def screws(site: str) -> Iterator[Any]:
    """What `demo.implant.tell` made; `lot` is the first lot of screws."""
    import frappe
    from med_trace.demo import implant
    from med_trace.demo.plant import build, open_plant

    frappe.db.rollback()
    forget()
    plant = open_plant(FIXTURES, tag=f"-{frappe.generate_hash(length=4).upper()}")
    build(plant)
    told = implant.tell(plant)
    forget()
    yield told
    frappe.db.rollback()
    forget()


@pytest.fixture(autouse=True)
def rollback(site: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Back to where the story ended in a file that tells it; else to the empty site."""
    import frappe

    if "screws" not in request.fixturenames:
        frappe.db.rollback()
        forget()
        yield
        frappe.db.rollback()
        forget()
        return
    frappe.db.savepoint(SAVEPOINT)
    yield
    frappe.db.rollback(save_point=SAVEPOINT)
    forget()
