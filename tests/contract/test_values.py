"""Numbers, dates and texts convert as recorded from Frappe v15."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

import frappe
from frappe import utils

MOMENT = datetime.datetime(2026, 3, 4, 5, 6, 7)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("1.5", 1.5),
        ("1,234.5", 1234.5),
        ("", 0.0),
        (None, 0.0),
        ("12abc", 0.0),
        (True, 1.0),
        (Decimal("2.5"), 2.5),
    ],
)
def test_flt(given: Any, number: float) -> None:
    assert utils.flt(given) == number


@pytest.mark.parametrize(
    ("number", "digits", "expected"),
    [
        (0.5, 0, 0),
        (1.5, 0, 2),
        (2.5, 0, 2),
        (2.675, 2, 2.68),
        (1.115, 2, 1.12),
        (-1.5, 0, -2),
        (12345.6789, -2, 12300),
    ],
)
def test_ties_go_to_the_even_digit(number: float, digits: int, expected: float) -> None:
    assert utils.rounded(number, digits) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("Banker's Rounding", [0.2, 0.4, -0.2]),
        ("Banker's Rounding (legacy)", [0.3, 0.4, -0.2]),
        ("Commercial Rounding", [0.3, 0.4, -0.3]),
    ],
)
def test_rounding_methods(method: str, expected: list[float]) -> None:
    assert [utils.rounded(value, 1, rounding_method=method) for value in (0.25, 0.35, -0.25)] == expected


@pytest.mark.parametrize(
    ("text", "day"), [("04-03-2026", "2026-04-03"), ("2026/03/04", "2026-03-04"), ("20260304", "2026-03-04")]
)
def test_getdate_reads_usual_forms(text: str, day: str) -> None:
    assert str(utils.getdate(text)) == day


def test_a_text_that_is_no_date_is_refused() -> None:
    with pytest.raises(frappe.ValidationError):
        utils.getdate("soon")


def test_dates_keep_the_type_they_came_in() -> None:
    assert utils.add_days("2026-03-04", 1) == "2026-03-05"
    assert utils.add_to_date(datetime.date(2026, 3, 4), weeks=1) == datetime.date(2026, 3, 11)
    assert utils.add_to_date(MOMENT, hours=1) == datetime.datetime(2026, 3, 4, 6, 6, 7)


def test_months_end_on_their_last_day() -> None:
    assert str(utils.add_months("2026-01-31", 1)) == "2026-02-28"
    assert str(utils.add_years("2024-02-29", 1)) == "2025-02-28"


def test_spans() -> None:
    later = MOMENT + datetime.timedelta(hours=2, seconds=30)
    assert utils.time_diff_in_seconds(later, MOMENT) == 7230.0
    assert utils.time_diff_in_hours(later, MOMENT) == 2.008333
    assert utils.date_diff("2026-03-04", "2026-02-27") == 5


def test_now_is_the_sites_time_without_zone() -> None:
    assert utils.now_datetime().tzinfo is None
    assert len(utils.now()) == 26
    assert utils.today() == utils.nowdate()


def test_dates_are_shown_in_the_wanted_form() -> None:
    assert utils.formatdate("2026-03-04", "dd.MM.yyyy") == "04.03.2026"
    assert utils.format_datetime("2026-03-04 05:06:07", "dd-MM-yyyy HH:mm") == "04-03-2026 05:06"
    assert utils.format_duration(3661) == "1h 1m 1s"
    assert utils.formatdate(None) == ""


def test_lists_are_joined_in_words() -> None:
    assert utils.comma_and(["a", "b", "c"]) == "'a', 'b' and 'c'"
    assert utils.comma_or(["a", "b"], add_quotes=False) == "a or b"
    assert utils.comma_and([]) == ""


def test_markup_that_runs_is_shown_as_text() -> None:
    assert utils.sanitize_html("<p>ok</p><script>x</script>") == "<p>ok</p>&lt;script&gt;x&lt;/script&gt;"
    assert utils.sanitize_html("plain < text") == "plain < text"


@pytest.mark.parametrize(
    ("text", "valid"),
    [("a@example.com", True), ("A B <a@example.com>", True), ("a@", False), ("no address", False)],
)
def test_email_addresses(text: str, valid: bool) -> None:
    assert bool(utils.validate_email_address(text)) is valid


def test_json_carries_dates_and_decimals() -> None:
    data = {"day": datetime.date(2026, 1, 2), "span": datetime.timedelta(hours=1), "number": Decimal("1.5")}
    assert json.loads(frappe.as_json(data)) == {"day": "2026-01-02", "span": "1:00:00", "number": 1.5}


def test_templates_run_in_a_sandbox() -> None:
    assert frappe.render_template("{{ name }} {{ 1 + 1 }}", {"name": "X"}) == "X 2"
    for attack in ("{{ ''.__class__.mro() }}", "{{ frappe.get_doc.__globals__ }}", "{{ _.__code__ }}"):
        with pytest.raises(frappe.ValidationError):
            frappe.render_template(attack, {})


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    "code",
    [
        "__import__('os')",
        "doc.__class__",
        "(lambda: 1)()",
        "[x for x in ().__class__.__mro__]",
        "'{0.a}'.format(doc)",
    ],
)
def test_expressions_reach_nothing_but_their_values(code: str) -> None:
    with pytest.raises(Exception, match=r".") as refused:
        frappe.safe_eval(code, None, {"doc": frappe._dict(a=1)})
    assert not isinstance(refused.value, AssertionError)


@pytest.mark.embedded_only
def test_expressions_count_and_compare() -> None:
    assert frappe.safe_eval(
        "doc.amount > 5 and len(doc.rows) == 2", None, {"doc": frappe._dict(amount=6, rows=[1, 2])}
    )
