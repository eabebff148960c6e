"""What a link offers is said by its DocField (`link_filters`), for the desk and the pages alike: of fields that are there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

APPS = Path(__file__).resolve().parents[2]
SOURCES = (APPS / "apps/med_trace/med_trace", APPS / "embedded/src")
STANDARD = {"name", "owner", "creation", "modified", "docstatus", "parent"}
EVAL = re.compile(r"^eval:(doc|parent)\.(\w+)$")


def doctypes() -> dict[str, dict[str, Any]]:
    files = (
        json.loads(path.read_text(encoding="utf-8"))
        for root in SOURCES
        for path in root.glob("**/doctype/*/*.json")
    )
    return {one["name"]: one for one in files if isinstance(one, dict) and one.get("doctype") == "DocType"}


DOCTYPES = doctypes()
FIELDS = {name: {field["fieldname"] for field in one["fields"]} | STANDARD for name, one in DOCTYPES.items()}


def narrowed() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, one in DOCTYPES.items():
        yield from (
            (name, field) for field in one["fields"] if field.get("link_filters") and name != "DocField"
        )
    for path in SOURCES[0].glob("*/custom/*.json"):
        custom = json.loads(path.read_text(encoding="utf-8"))
        yield from (
            (custom["doctype"], field) for field in custom["custom_fields"] if field.get("link_filters")
        )


def parents_of(child: str) -> list[str]:
    return [
        name for name, one in DOCTYPES.items() if child in {field.get("options") for field in one["fields"]}
    ]


NARROWED = list(narrowed())


def test_there_are_some() -> None:
    assert len(NARROWED) > 20


@pytest.mark.requirement("CFG-1")
@pytest.mark.parametrize(
    ("doctype", "field"), NARROWED, ids=lambda one: one if isinstance(one, str) else one["fieldname"]
)
def test_a_filter_names_fields_that_are_there(doctype: str, field: dict[str, Any]) -> None:
    assert field["fieldtype"] == "Link"
    filters = json.loads(field["link_filters"])
    assert len({name for _, name, _, _ in filters}) == len(filters), "the desk keeps one filter a field"
    for of, name, operator, value in filters:
        assert of == field["options"]
        assert name in FIELDS[of], f"{of} has no field {name}"
        assert operator in ("=", "!=", "in")
        if isinstance(value, str) and value.startswith("eval:"):
            stated = EVAL.match(value)
            assert stated, value
            places = [doctype] if stated[1] == "doc" else parents_of(doctype)
            assert places and all(stated[2] in FIELDS[place] for place in places), (places, stated[2])
