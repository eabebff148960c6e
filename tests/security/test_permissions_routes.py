"""Every role x record type x right x route: nothing leaks, nobody is locked out of what docs/roles.md promises.

A seeded share of the cells runs here; all of them where MED_TRACE_PROVE is set (scripts/prove).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest

import frappe
from builders import as_user
from permissions import (
    BENCH,
    CANCELLING,
    PRINT,
    READING,
    RECORDS,
    SUBMITTED,
    SUBMITTING,
    WRITING,
    Route,
    chosen,
    doctypes,
    people,
    promised_by_page,
    refused,
    roles,
)
from proof.size import SEED, report
from web import Client, Reply

# Answers of their own, whoever asks: they are read by nobody's name.
NO_LIST = ("Trace Settings",)


class Cell(NamedTuple):
    role: str
    doctype: str
    route: Route

    @property
    def is_promised(self) -> bool:
        rights = promised_by_page().get((self.doctype, self.role), frozenset())
        return bool(
            rights & ({"read", "print"} if BENCH and self.route.right == "print" else {self.route.right})
        )


def cells(routes: Sequence[Route], names: Sequence[str]) -> Iterator[Cell]:
    return (Cell(role, name, route) for name in names for route in routes for role in roles())


def state_of_the_records(names: Sequence[str]) -> dict[str, Any]:
    """How many there are and when the last was changed: what a refused request must leave as it was."""
    frappe.db.rollback()
    found: dict[str, Any] = {}
    for name in names:
        if not doctypes()[name].get("issingle"):
            found[name] = frappe.db.sql(f"select count(*), max(modified), sum(docstatus) from `tab{name}`")[0]
    found["DocShare"] = frappe.db.count("DocShare")
    return found


def test_there_is_a_way_to_a_record_of_every_type() -> None:
    assert set(RECORDS) == set(doctypes()), "tests/security/permissions.py: say how to make one"
    assert set(SUBMITTED) == {name for name, one in doctypes().items() if one.get("is_submittable")}


@pytest.mark.requirement("OPS-3", "AUD-7")
def test_reading(client: Client) -> None:
    asked = people(client)
    names = {name: make() for name, make in RECORDS.items() if name != "Audit Anchor"}
    for name, record in names.items():
        attached = {"attached_to_doctype": name, "attached_to_name": record, "is_private": 1}
        frappe.get_doc(
            {"doctype": "File", "file_name": f"{name}.txt", "content": record, **attached}
        ).insert()
    frappe.db.commit()
    wrong, asked_for = [], chosen(cells(READING, list(names)))
    for cell in asked_for:
        if cell.doctype in NO_LIST and ("list" in cell.route.name or cell.route.name in LISTS):
            continue
        reply = cell.route.ask(asked[cell.role], cell.doctype, names[cell.doctype])
        given = _reads(reply, names[cell.doctype]) if cell.route.reads else not refused(reply)
        if given != cell.is_promised or reply.status >= 500:
            wrong.append((*cell[:2], cell.route.name, reply.status, "leak" if given else "locked out"))
    report("permissions", what="reads", cells=len(asked_for), wrong=len(wrong))
    assert not wrong, f"seed {SEED}\n" + "\n".join(map(str, wrong))


LISTS = ("client.get_value", "reportview.get", "reportview.get_list", "reportview.get_count", "search_link")


def _reads(reply: Reply, name: str) -> bool:
    return reply.status == 200 and name in reply.text


@pytest.mark.requirement("OPS-3")
def test_writing_without_the_right_changes_nothing(client: Client) -> None:
    asked = people(client)
    records = {name: make() for name, make in RECORDS.items() if name != "Audit Anchor"}
    submitted = {name: make() for name, make in SUBMITTED.items()}
    frappe.db.commit()
    before = state_of_the_records(list(records))
    wrong, plain = [], list(cells(WRITING, list(records)))
    submittable = [*cells(SUBMITTING, list(SUBMITTED)), *cells(CANCELLING, list(SUBMITTED))]
    refusals = chosen(one for one in [*plain, *submittable] if not one.is_promised)
    for cell in refusals:
        on = submitted if cell.route.right == "cancel" else records
        reply = cell.route.ask(asked[cell.role], cell.doctype, on[cell.doctype])
        if not refused(reply):
            wrong.append((*cell[:2], cell.route.right, cell.route.name, reply.status, reply.text[:160]))
    report("permissions", what="writes without the right", cells=len(refusals), wrong=len(wrong))
    assert not wrong, f"seed {SEED}\n" + "\n".join(map(str, wrong))
    assert state_of_the_records(list(records)) == before


@pytest.mark.requirement("OPS-3")
def test_nobody_is_locked_out_of_what_is_promised(client: Client) -> None:
    asked = people(client)
    wrong = []
    plain = [*cells(WRITING, list(RECORDS)), *cells(SUBMITTING, list(SUBMITTED))]
    promises = chosen(one for one in [*plain, *cells(CANCELLING, list(SUBMITTED))] if one.is_promised)
    for cell in promises:
        frappe.db.rollback()
        make = SUBMITTED if cell.route.right == "cancel" else RECORDS
        record = make[cell.doctype]()
        frappe.db.commit()
        reply = cell.route.ask(asked[cell.role], cell.doctype, record)
        if refused(reply) or reply.status >= 500:
            wrong.append((*cell[:2], cell.route.right, cell.route.name, reply.status, reply.text[-300:]))
    report("permissions", what="writes with the right", cells=len(promises), wrong=len(wrong))
    assert not wrong, f"seed {SEED}\n" + "\n".join(map(str, wrong))


NOT_FOUND = 404


@pytest.mark.skipif(not BENCH, reason="the desk's own export and bulk routes are the bench's")
@pytest.mark.requirement("OPS-3")
def test_the_desk_s_bulk_routes_are_closed_too(client: Client) -> None:
    asked = people(client)
    records = {name: make() for name, make in RECORDS.items() if name not in ("Audit Anchor", *NO_LIST)}
    frappe.db.commit()
    kept = [name for name in records if name != "Audit Entry"]  # it grows: each export is recorded
    before = state_of_the_records(kept)
    page, leaks = promised_by_page(), []
    for role, browser in asked.items():
        for name, record in records.items():
            rights = page.get((name, role), frozenset())
            export = browser.call(
                "frappe.desk.reportview.export_query",
                doctype=name,
                file_format_type="CSV",
                fields=["name"],
                title=name,
            )
            exports = "read" if role == "System Manager" else "export"  # Frappe asks no more of him
            if exports not in rights and record in export.text:
                leaks.append((role, name, "export"))
            if not rights & {"read", "print"}:  # either suffices there, and it says "not found"
                printed = browser.call(PRINT, doctype=name, name=record)
                if printed.status != NOT_FOUND and not refused(printed):
                    leaks.append((role, name, "print"))
            if "delete" not in rights:
                browser.call("frappe.desk.reportview.delete_items", doctype=name, items=f'["{record}"]')
    assert leaks == []
    assert state_of_the_records(kept) == before
    assert frappe.db.exists("Audit Entry", records["Audit Entry"])


@pytest.mark.skipif(not BENCH, reason="the import of the desk is the bench's")
@pytest.mark.requirement("OPS-3")
def test_an_import_brings_nothing_in_that_its_user_may_not_create(client: Client) -> None:
    asked, page = people(client), promised_by_page()
    importers = [role for role, browser in asked.items() if not refused(browser.post(IMPORTS))]
    assert importers == ["System Manager"]
    manager = next(
        user for user in frappe.get_all("User", pluck="name", order_by="creation desc") if _is(user)
    )
    done = {}
    for name, doctype in doctypes().items():
        if not doctype.get("issingle"):
            row = DEVICE if name == "Registered Device" else _a_row(doctype)
            before = frappe.db.count(name, row)
            _import(manager, name, row)
            done[name] = frappe.db.count(name, row) - before
    assert {name for name, count in done.items() if count} <= {
        name for name in done if "create" in page.get((name, "System Manager"), ())
    }
    assert done["Registered Device"] == 1


IMPORTS = "/api/resource/Data%20Import"
DEVICE = {
    "device_id": f"DEV-{SEED}-{frappe.generate_hash(length=6)}",
    "device_name": "Bench",
    "kind": "Terminal",
}


def _is(user: str) -> bool:
    return frappe.get_roles(user)[:1] == ["System Manager"]


def _a_row(doctype: dict[str, Any]) -> dict[str, str]:
    required = [
        field["fieldname"]
        for field in doctype["fields"]
        if field.get("reqd") and field["fieldtype"] != "Table"
    ]
    return dict.fromkeys(required or ["name"], "x")


def _import(user: str, doctype: str, row: dict[str, str]) -> None:
    """One row of a CSV file, by the form Data Import and what its button calls."""
    with as_user(user):
        content = f"{','.join(row)}\n{','.join(row.values())}\n"
        file = frappe.get_doc(
            {"doctype": "File", "file_name": f"{frappe.generate_hash()}.csv", "content": content}
        )
        file.insert()
        values = {
            "reference_doctype": doctype,
            "import_type": "Insert New Records",
            "import_file": file.file_url,
        }
        form = frappe.get_doc({"doctype": "Data Import", **values}).insert()
        form.start_import()  # at once in tests; commits what came in
