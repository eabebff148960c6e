"""What a process remembers of the embedded site, and that other processes hear of a change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import frappe

_cache = pytest.importorskip("frappe._cache", reason="a bench keeps its cache in Redis")

CHANGE = """
import frappe
frappe.init(site=%r, sites_path=".")
frappe.connect()
frappe.make_property_setter(
    {"doctype": "ToDo", "fieldname": "color", "property": "label", "value": %r, "property_type": "Data"}
)
frappe.db.commit()
"""


def label() -> str:
    return frappe.get_meta("ToDo").get_label("color")


def elsewhere(site: str, sites_path: Path, text: str) -> None:
    subprocess.run([sys.executable, "-c", CHANGE % (site, text)], cwd=sites_path, check=True)


def next_request() -> None:
    frappe.db.rollback()
    _cache.refresh()


def test_a_change_of_another_process_is_seen_by_the_next_request(site: str, sites_path: Path) -> None:
    before = label()
    elsewhere(site, sites_path, "Paint")
    try:
        next_request()
        assert label() == "Paint"
    finally:
        elsewhere(site, sites_path, before)
        next_request()
    assert label() == before


def test_memory_is_shared_between_requests_until_something_changes() -> None:
    meta = frappe.get_meta("ToDo")
    next_request()
    assert frappe.get_meta("ToDo") is meta
    frappe.clear_cache(doctype="ToDo")
    assert frappe.get_meta("ToDo") is not meta


def test_what_a_transaction_changed_is_forgotten_with_it() -> None:
    before = label()
    frappe.make_property_setter(
        {"doctype": "ToDo", "fieldname": "color", "property": "label", "value": "Paint"}
    )
    assert label() == "Paint"
    frappe.db.rollback()
    assert label() == before


def test_clearing_takes_no_write_lock() -> None:
    frappe.clear_cache()
    assert frappe.db.transaction_writes == 0


def test_a_value_with_a_time_to_live_outlasts_a_clearing() -> None:
    frappe.cache.set_value("contract:short", 1, expires_in_sec=60)
    frappe.cache.set_value("contract:plain", 1)
    frappe.clear_cache()
    assert frappe.cache.get_value("contract:short") == 1
    assert frappe.cache.get_value("contract:plain") is None
    frappe.cache.delete_value("contract:short")
