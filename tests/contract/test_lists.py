"""`frappe.get_all` reads NULL as Frappe does: as empty, zero or the first date, where it says `ifnull`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import frappe

ROWS: dict[str, dict[str, Any]] = {
    "full": {"item": "A", "expiry_date": "2026-02-01", "batch_qty": 2, "description": "Text 100%"},
    "bare": {"item": "A", "expiry_date": None, "batch_qty": 0, "description": None},
    "blank": {"item": "B", "expiry_date": "2027-02-01", "batch_qty": 1, "description": ""},
}


@pytest.fixture(autouse=True)
def batches(site: str) -> Iterator[None]:
    """Three rows of a real DocType, written without any check."""
    frappe.db.delete("Batch")
    rows = [[name, name, *values.values()] for name, values in ROWS.items()]
    frappe.db.bulk_insert("Batch", ["name", "batch_id", *ROWS["full"]], rows)
    yield
    frappe.db.rollback()


@pytest.mark.parametrize(
    ("field", "operator", "value", "names"),
    [
        ("description", "=", "", "bare blank"),
        ("description", "!=", "", "full"),
        ("description", "!=", "Text 100%", "bare blank"),
        ("description", "like", "%100%", "full"),
        ("description", "not like", "%100%", "bare blank"),
        ("description", "is", "set", "full"),
        ("description", "is", "not set", "bare blank"),
        ("description", "in", ["", "x"], "bare blank"),
        ("description", "not in", ["Text 100%"], "bare blank"),
        ("description", "not in", ["Text 100%", ""], ""),
        ("item", "=", None, ""),
        ("item", "in", [], ""),
        ("item", "not in", [], "bare blank full"),
        ("expiry_date", "<", "2027-01-01", "bare full"),
        ("expiry_date", ">", "2026-12-31", "blank"),
        ("expiry_date", "!=", "2026-02-01", "bare blank"),
        ("expiry_date", "between", ["2026-01-01", "2026-12-31"], "full"),
        ("batch_qty", "is", "set", "blank full"),
        ("batch_qty", "is", "not set", ""),
        ("batch_qty", "in", ["1", 2], "blank full"),
        ("batch_qty", "=", None, "bare"),
        ("name", "not in", ["full"], "bare blank"),
    ],
)
def test_filters_take_null_as_frappe_does(field: str, operator: str, value: Any, names: str) -> None:
    found = frappe.get_all("Batch", {field: [operator, value]}, pluck="name", order_by="name asc")
    assert found == names.split()


def test_get_value_takes_filters_at_their_word() -> None:
    assert frappe.db.get_value("Batch", {"description": ""}) == "blank"
    assert frappe.db.get_value("Batch", {"description": ["is", "not set"]}) == "bare"
    assert frappe.db.get_values("Batch", {"expiry_date": ["<", "2027-01-01"]}, pluck=True) == ["full"]


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    "field", ["name; drop table x", "(select 1)", "concat(name, 'x') as y", "sleep(5)", "load_extension('x')"]
)
def test_fields_that_are_no_columns_are_refused(field: str) -> None:
    with pytest.raises(frappe.DataError):
        frappe.get_all("Batch", fields=[field])


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    "order", ["name; drop table x", "(select name from tabUser)", "name -- x", "sleep(5)"]
)
def test_an_order_that_is_no_column_is_refused(order: str) -> None:
    with pytest.raises(frappe.ValidationError):
        frappe.get_all("Batch", order_by=order)


@pytest.mark.embedded_only
@pytest.mark.parametrize("field", ["name` = '' or 1=1 -- ", "name or 1=1", "ifnull(name,'')=''--"])
def test_a_filter_on_anything_but_a_column_is_refused(field: str) -> None:
    with pytest.raises(Exception, match="field"):
        frappe.get_all("Batch", {field: "x"})
    with pytest.raises(Exception, match="field"):
        frappe.db.get_value("Batch", {field: "x"})


@pytest.mark.embedded_only
def test_a_filter_takes_lists_of_any_length() -> None:
    names = [*(f"B-{number}" for number in range(3000)), "FULL", "100%s", "bare"]
    filters: dict[str, Any] = {"name": ["in", names], "batch_qty": ["not in", list(range(1, 600))]}
    assert frappe.get_all("Batch", filters, pluck="name") == ["bare"]
    query = frappe.get_all("Batch", {**filters, "description": ["like", "%100%"]}, run=False)
    assert frappe.db.sql(query) == ()
