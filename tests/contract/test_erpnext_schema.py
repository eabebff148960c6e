"""The embedded ERPNext's DocTypes are ERPNext v15's: same fields, same types, same naming.

`erpnext_v15_schema.json` holds what ERPNext 15.65.1 says of the fields that are used here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import frappe

FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("erpnext_v15_schema.json").read_text())
EMBEDDED = Path(__file__).parents[2] / "embedded" / "src" / "erpnext"


@pytest.mark.parametrize("doctype", sorted(FACTS))
def test_fields_have_the_types_of_erpnext(doctype: str) -> None:
    meta = frappe.get_meta(doctype)
    found = {
        field.fieldname: [field.fieldtype, facts[1] and field.options]
        for field in meta.fields
        if (facts := FACTS[doctype]["fields"].get(field.fieldname))
    }
    assert found == FACTS[doctype]["fields"]


@pytest.mark.parametrize("doctype", sorted(FACTS))
def test_kind_of_doctype_is_that_of_erpnext(doctype: str) -> None:
    kind = frappe.db.get_value("DocType", doctype, ["istable", "is_submittable"])
    assert list(kind) == [FACTS[doctype]["istable"], FACTS[doctype]["is_submittable"]]


@pytest.mark.parametrize("path", sorted(EMBEDDED.glob("*/doctype/*/*.json")), ids=lambda path: path.stem)
def test_no_field_is_invented(path: Path) -> None:
    doctype = json.loads(path.read_text())
    named = {field["fieldname"] for field in doctype["fields"]}
    assert named == set(FACTS[doctype["name"]]["fields"])
