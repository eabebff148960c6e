"""What the permission tests share: what the files promise, people of every role, a record of every type, the routes.

What is expected comes from the DocTypes' files and from docs/roles.md, read as text: nothing here asks the code
under test.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import builders as a
import frappe
from proof.size import chance, is_full
from web import Client, Reply

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "apps" / "med_trace" / "med_trace"
PAGE = ROOT / "docs" / "roles.md"
LETTERS = {
    "R": "read",
    "L": "report",
    "P": "print",
    "E": "export",
    "C": "create",
    "W": "write",
    "S": "submit",
    "X": "cancel",
    "A": "amend",
    "D": "delete",
    "I": "import",
    "H": "share",
    "M": "email",
}
NOBODY = "Nobody"  # logged in, without a role
GUEST = "Guest"
BENCH = bool(os.environ.get("MED_TRACE_BENCH"))
SHARE = 0.08  # of all cells, where the full size is not asked for


# -- what the files promise -------------------------------------------------------


def doctypes() -> dict[str, dict[str, Any]]:
    """Every DocType of the app that is not a child table, as its file says."""
    files = (json.loads(path.read_text(encoding="utf-8")) for path in APP.glob("*/doctype/*/*.json"))
    return {one["name"]: one for one in sorted(files, key=lambda one: one["name"]) if not one.get("istable")}


def promised_by_files() -> dict[tuple[str, str], frozenset[str]]:
    """(DocType, role) -> rights, of level 0."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, doctype in doctypes().items():
        for row in doctype["permissions"]:
            if not row.get("permlevel"):
                given = {right for right in LETTERS.values() if row.get(right)}
                found.setdefault((name, row["role"]), set()).update(given)
    return {key: frozenset(rights) for key, rights in found.items()}


def table(*head: str) -> list[list[str]]:
    """The rows of the table of docs/roles.md whose first columns are headed so, its head first."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {' | '.join(head)} |"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return [rows[0], *rows[2:]]


def promised_by_page() -> dict[tuple[str, str], frozenset[str]]:
    head, *rows = table("DocType")
    roles = [name if name == "System Manager" else f"Trace {name}" for name in head[1:]]
    return {
        (row[0], role): frozenset(LETTERS[letter] for letter in cell)
        for row in rows
        for role, cell in zip(roles, row[1:], strict=True)
        if cell
    }


def roles() -> list[str]:
    """Every role of the page, and two that have none."""
    head = table("DocType")[0][1:]
    return [name if name == "System Manager" else f"Trace {name}" for name in head] + [NOBODY, GUEST]


# -- people and records -----------------------------------------------------------


def people(client: Client) -> dict[str, Client]:
    """Somebody of each role, logged in."""
    users = {role: a.a_user(*([] if role == NOBODY else [role])) for role in roles() if role != GUEST}
    frappe.db.commit()
    address = f"{client.address.scheme}://{client.address.netloc}"
    found = {role: Client(address, client.site).login(user, a.PASSWORD) for role, user in users.items()}
    return {**found, GUEST: Client(address, client.site)}


def _operation(is_submitted: bool) -> str:
    item = a.an_item("Finished")
    a.a_routing(item, ["Turning"])
    lot = a.a_started_lot(item)
    return a.a_process_record(lot, is_submitted=is_submitted).name


def _inspection(is_submitted: bool) -> str:
    item = a.an_item("Raw")
    plan = a.a_plan(item, stage="Incoming")
    return a.an_inspection(a.an_accepted_lot(item_code=item), plan, is_submitted=is_submitted).name


def _release(is_submitted: bool) -> str:
    return a.a_lot_release(a.a_made_lot(), is_signed=is_submitted).name


def _recall() -> str:
    values = {"title": "T", "reason": "R", "criteria": [{"criterion": "Lot", "value": a.a_made_lot()}]}
    return a.insert("Recall", **values).name


def _ncr() -> str:
    from med_trace.nonconformance.service import open_ncr

    return open_ncr("A scratch", [a.a_made_lot()])


def _unit() -> str:
    lot = a.a_made_lot(serials=[a.unique("S")])
    return frappe.get_all("Serial Unit", filters={"lot": lot}, pluck="name")[0]


def _signature() -> str:
    a.a_routing(a.an_item("Finished"), ["Turning"])
    return frappe.get_all("Electronic Signature", pluck="name", limit=1)[0]


def _event() -> str:
    return a.events_of(a.an_accepted_lot())[0]


def _device() -> str:
    values = {"device_id": a.unique("DEV"), "device_name": "Bench", "kind": "Terminal"}
    return a.insert("Registered Device", **values).name


def _sealed(doctype: str) -> Callable[[], str]:
    def name() -> str:
        if doctype == "Audit Anchor":
            return "none"  # only where a time stamping authority is configured
        from med_trace.ledger.audit import sealing

        sealing.seal_now()
        return str(frappe.get_all(doctype, pluck="name", limit=1)[0])

    return name


def _device_entry() -> str:
    columns = ["name", "owner", "client_id", "user", "method", "outcome", "docstatus"]
    name = a.unique("entry")
    row = (name, "Administrator", name, "Administrator", "med_trace.api.work.save", "", 0)
    frappe.db.bulk_insert("Device Entry", columns, [row])
    return name


def _regulated() -> str:
    return str(frappe.get_all("Regulated Field", pluck="name", limit=1)[0])


def _layout() -> str:
    layout = frappe.new_doc("Label Layout")  # with the defaults of a form
    layout.update({"layout_name": a.unique("LABEL"), "active": 0, "lines": [{"content": "LOT"}]})
    return str(layout.insert().name)


# How to come by a record of each type; drafts of those that are submitted.
RECORDS: dict[str, Callable[[], str]] = {
    "Audit Anchor": _sealed("Audit Anchor"),
    "Audit Entry": _sealed("Audit Entry"),
    "Audit Key": _sealed("Audit Key"),
    "Audit Seal": _sealed("Audit Seal"),
    "Device Entry": _device_entry,
    "Electronic Signature": _signature,
    "Inspection Plan": lambda: a.a_plan(a.an_item("Finished"), is_approved=False).name,
    "Inspection Record": lambda: _inspection(is_submitted=False),
    "Label Layout": _layout,
    "Lot Release": lambda: _release(is_submitted=False),
    "Material Lot": a.an_accepted_lot,
    "NCR": _ncr,
    "Process Record": lambda: _operation(is_submitted=False),
    "Process Routing": lambda: a.a_routing(a.an_item("Finished"), is_approved=False).name,
    "Qualification": lambda: a.a_qualification("Supplier", a.a_supplier(False), "Supplier Approval").name,
    "Recall": _recall,
    "Registered Device": _device,
    "Regulated Field": _regulated,
    "Serial Unit": _unit,
    "Signature Rule": lambda: "NCR: Disposition Approved",
    "Tool": a.a_tool,
    "Trace Event": _event,
    "Trace Settings": lambda: "Trace Settings",
}
SUBMITTED: dict[str, Callable[[], str]] = {
    "Inspection Record": lambda: _inspection(is_submitted=True),
    "Lot Release": lambda: _release(is_submitted=True),
    "Process Record": lambda: _operation(is_submitted=True),
}


# -- routes -----------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """One way to one right: asks for it and says whether it was given."""

    right: str
    name: str
    ask: Callable[[Client, str, str], Reply]
    reads: bool = False  # given means: the record's name, or what was attached to it, is in the answer


def refused(reply: Reply) -> bool:
    """Whether the answer is Frappe's own refusal for want of a permission."""
    if reply.status not in (401, 403):
        return False
    try:
        kind = (reply.json or {}).get("exc_type", "PermissionError")
    except ValueError:
        return True
    return kind in ("PermissionError", "AuthenticationError")


def _method(path: str, **values: Any) -> Callable[[Client, str, str], Reply]:
    """Calls a method; "$doctype" and "$name" stand for the record."""

    def ask(client: Client, doctype: str, name: str) -> Reply:
        return client.call(path, **_filled(values, doctype, name))

    return ask


def _filled(value: Any, doctype: str, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, doctype, name) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, doctype, name) for one in value]
    return {"$doctype": doctype, "$name": name}.get(value, value) if isinstance(value, str) else value


def _as_text(path: str, action: str, changes: dict[str, Any]) -> Callable[[Client, str, str], Reply]:
    """The desk's own form: the whole document as it is stored, with changes."""

    def ask(client: Client, doctype: str, name: str) -> Reply:
        frappe.db.rollback()
        stored = frappe.get_doc(doctype, name).as_dict() if frappe.db.exists(doctype, name) else {}
        doc = {"doctype": doctype, "name": name, **json.loads(frappe.as_json(stored))}
        doc.update(_filled(changes, doctype, name))
        values = {"doc": json.dumps(doc)} | ({"action": action} if action else {})
        return client.call(path, **values)

    return ask


def _resource(verb: str, **values: Any) -> Callable[[Client, str, str], Reply]:
    def ask(client: Client, doctype: str, name: str) -> Reply:
        path = f"/api/resource/{doctype}/{name}".replace(" ", "%20")
        return client.send(verb, path, values if verb in ("PUT", "POST") else None)

    return ask


def _list(client: Client, doctype: str, name: str) -> Reply:
    return client.get(f"/api/resource/{doctype}".replace(" ", "%20"), filters=[["name", "=", name]])


def _new(client: Client, doctype: str, name: str) -> Reply:
    return client.post(f"/api/resource/{doctype}".replace(" ", "%20"))


def _file(client: Client, doctype: str, name: str) -> Reply:
    """A private file that is attached to the record; its content is the record's name."""
    frappe.db.rollback()
    attached = {"attached_to_doctype": doctype, "attached_to_name": name}
    url = frappe.db.get_value("File", attached, "file_url")
    return client.get(url)


def _print(client: Client, doctype: str, name: str) -> Reply:
    return client.get("/printview", doctype=doctype, name=name)


PRINT = "frappe.utils.print_format.download_pdf"
BY_NAME = {"doctype": "$doctype", "name": "$name"}
ONE = [["name", "=", "$name"]]
LISTED = {"doctype": "$doctype", "fields": ["name"], "filters": ONE}
NEW = {"doctype": "$doctype", "__islocal": 1, "name": "new-1"}
READING = (
    Route("read", "GET resource", _resource("GET"), reads=True),
    Route("read", "GET resource list", _list, reads=True),
    Route("read", "client.get", _method("frappe.client.get", **BY_NAME), reads=True),
    Route(
        "read",
        "client.get_list",
        _method("frappe.client.get_list", doctype="$doctype", filters=ONE),
        reads=True,
    ),
    Route(
        "read",
        "client.get_value",
        _method("frappe.client.get_value", doctype="$doctype", filters={"name": "$name"}, fieldname="name"),
        reads=True,
    ),
    Route("read", "form.load.getdoc", _method("frappe.desk.form.load.getdoc", **BY_NAME), reads=True),
    Route(
        "read",
        "reportview.get",
        _method("frappe.desk.reportview.get", **LISTED),
        reads=True,
    ),
    Route(
        "read",
        "search_link",
        _method("frappe.desk.search.search_link", doctype="$doctype", txt="$name"),
        reads=True,
    ),
    Route("read", "private file", _file, reads=True),
    Route("print", "printview", _print, reads=True),
    *(() if BENCH else (Route("print", "download_pdf", _method(PRINT, **BY_NAME)),)),
    Route("read", "reportview.get_list", _method("frappe.desk.reportview.get_list", **LISTED), reads=True),
    Route("read", "reportview.get_count", _method("frappe.desk.reportview.get_count", **LISTED)),
    Route("read", "sign.signatures", _method("med_trace.api.sign.signatures", **BY_NAME)),
    Route("read", "sign.status", _method("med_trace.api.sign.status", **BY_NAME)),
    Route("read", "records.about", _method("med_trace.api.records.about", doctype="$doctype")),
)
WRITING = (
    Route("create", "POST resource", _new),
    Route("create", "client.insert", _method("frappe.client.insert", doc={"doctype": "$doctype"})),
    Route(
        "create", "client.insert_many", _method("frappe.client.insert_many", docs=[{"doctype": "$doctype"}])
    ),
    Route("create", "savedocs new", _as_text("frappe.desk.form.save.savedocs", "Save", NEW)),
    Route("write", "PUT resource", _resource("PUT", _comments="")),
    Route("write", "client.save", _as_text("frappe.client.save", "", {})),
    Route("write", "savedocs", _as_text("frappe.desk.form.save.savedocs", "Save", {})),
    Route(
        "write",
        "client.set_value",
        _method("frappe.client.set_value", **BY_NAME, fieldname={"_user_tags": ""}),
    ),
    Route("delete", "DELETE resource", _resource("DELETE")),
    Route("delete", "client.delete", _method("frappe.client.delete", **BY_NAME)),
    Route("share", "share.add", _method("frappe.share.add", **BY_NAME, user="Guest", read=1)),
)
SUBMITTING = (
    Route("submit", "PUT docstatus", _resource("PUT", docstatus=1)),
    Route("submit", "client.submit", _as_text("frappe.client.submit", "", {})),
    Route("submit", "savedocs Submit", _as_text("frappe.desk.form.save.savedocs", "Submit", {})),
)
CANCELLING = (
    Route("cancel", "PUT docstatus 2", _resource("PUT", docstatus=2)),
    Route("cancel", "client.cancel", _method("frappe.client.cancel", **BY_NAME)),
    Route("cancel", "form.save.cancel", _method("frappe.desk.form.save.cancel", **BY_NAME)),
)


def chosen(cells: Iterator[Any]) -> list[Any]:
    """All cells where the full size is asked for, else a seeded share of them."""
    found = list(cells)
    return found if is_full() else chance("permissions").sample(found, max(1, int(len(found) * SHARE)))
