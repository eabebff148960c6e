"""The ledger's tables in SQL: rows in, rows out, under lock. Decides nothing.

Events and their rows are written here and nowhere else, in few statements, past the ORM: the ledger
has checked what a form would check, and a form has no business here.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import frappe
from med_trace.ledger.append_only import sequence_column

STANDARD = ("name", "creation", "modified", "modified_by", "owner", "docstatus", "idx")
NAMES_PER_QUERY = 2_000
# Short enough that a statement is prepared once and used again for the next rows.
VALUES_PER_INSERT = 900

LOT_COLUMNS = """name, item_code, kind, state, held_from, uom, quantity, on_hand, blocked, shipped, expiry_date,
    last_event_at, warehouse"""
UNIT_COLUMNS = "name, lot, item_code, state, whereabouts, consignee, part_of, made_by_event"
ROW_COLUMNS = """i.parent, i.idx, i.event_time, i.action, i.lot, i.quantity, i.effect, i.effect_blocked,
    i.state_after, i.serial_unit, i.into_unit, i.consignee, i.lifts, i.event_type,
    e.source_doctype, e.source_name, e.reason, e.location"""

SIGNATURE_FIELDS = (
    *("document_type", "document_name", "meaning", "signer", "printed_name", "signed_at", "signed_at_utc"),
    *("time_zone", "identified_by", "session", "reason", "scheme", "left_out", "content_hash", "content"),
)


def insert_rows(doctype: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Append rows to a DocType's table; columns include the standard ones."""
    names = ", ".join(f"`{column}`" for column in columns)
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    for chunk in chunks(rows, max(1, VALUES_PER_INSERT // len(columns))):
        query = f"insert into `tab{doctype}` ({names}) values " + ", ".join([one] * len(chunk))
        frappe.db.sql(query, [value for row in chunk for value in row])


def locked_lots(names: Iterable[str]) -> list[dict]:
    """These lots as they are now, locked until the transaction ends, in the order of their names."""
    query = f"select {LOT_COLUMNS} from `tabMaterial Lot` where name in %(names)s order by name for update"
    return _rows(query, sorted(set(names)))


def locked_units(names: Iterable[str]) -> list[dict]:
    query = f"select {UNIT_COLUMNS} from `tabSerial Unit` where name in %(names)s order by name for update"
    return _rows(query, sorted(set(names)))


def lots_now(names: Iterable[str]) -> list[dict]:
    return _rows(f"select {LOT_COLUMNS} from `tabMaterial Lot` where name in %(names)s", sorted(set(names)))


def units_now(names: Iterable[str]) -> list[dict]:
    return _rows(f"select {UNIT_COLUMNS} from `tabSerial Unit` where name in %(names)s", sorted(set(names)))


def count_units(lots: Iterable[str]) -> list[tuple[str, str, str, int]]:
    """How many serial units each of these lots has: lot, whereabouts, state, count."""
    counts: list[tuple[str, str, str, int]] = []
    for chunk in chunks(sorted(set(lots)), NAMES_PER_QUERY):
        query = """select lot, coalesce(whereabouts, ''), coalesce(state, ''), count(*) from `tabSerial Unit`
            where lot in %(names)s group by lot, whereabouts, state"""
        counts += frappe.db.sql(query, {"names": tuple(chunk)})
    return counts


def rows_of_lots(lots: Iterable[str], lock: bool = False) -> list[dict]:
    """Every row of these lots that stands: no reversals, nothing reversed."""
    return _standing_rows("i.lot", lots, lock)


def rows_of_units(units: Iterable[str], lock: bool = False) -> list[dict]:
    return _standing_rows("i.serial_unit", units, lock)


def rows_of_events(events: Iterable[str]) -> list[dict]:
    """Every column of the rows of these events."""
    query = "select * from `tabTrace Event Item` where parent in %(names)s order by parent, idx"
    return _rows(query, events)


def stops_of_lots(lots: Iterable[str], lock: bool = False) -> list[dict]:
    """The rows that open or lift holds and recalls of these lots (not of single pieces)."""
    condition = """and i.action in ('Hold', 'Revoke Release', 'Lift Hold', 'Recall', 'Lift Recall')
        and i.serial_unit is null"""
    return _standing_rows("i.lot", lots, lock, condition)


def signature_rows(doctype: str, name: str) -> list[dict]:
    """The Electronic Signatures of a document, oldest first.

    In a transaction that has written, a locking read: it sees what others have signed since this one began.
    """
    query = f"""select * from `tabElectronic Signature`
        where document_type = %(doctype)s and document_name = %(name)s order by signed_at, name {_latest()}"""
    return frappe.db.sql(query, {"doctype": doctype, "name": name}, as_dict=True)


def told_signatures(doctype: str, name: str, hashes: set[str]) -> set[str]:
    """Those of `hashes`, of signatures of this document, that the audit trail tells of. What somebody signed since
    this transaction began is looked for as `signature_rows` does; nothing is locked where nothing is missing.
    """
    query = """select content_hash from `tabAudit Entry`
        where kind = 'Signed' and document_type = %(doctype)s and document_name = %(name)s """
    values = {"doctype": doctype, "name": name}
    told = hashes.intersection(frappe.db.sql(query, values, pluck=True))
    if told != hashes and (latest := _latest()):
        told = hashes.intersection(frappe.db.sql(query + latest, values, pluck=True))
    return told


def _latest() -> str:
    """What makes a query of a transaction that has written see what others have committed since it began."""
    return "lock in share mode" if _is_mariadb() and frappe.db.transaction_writes else ""


def _standing_rows(column: str, names: Iterable[str], lock: bool, condition: str = "") -> list[dict]:
    # A locking read sees what others have committed since this transaction began (MariaDB).
    query = f"""select {ROW_COLUMNS} from `tabTrace Event Item` i
        join `tabTrace Event` e on e.name = i.parent
        where {column} in %(names)s and {standing("i")} {condition}
        order by i.event_time, i.parent, i.idx {"lock in share mode" if lock and _is_mariadb() else ""}"""
    return _rows(query, names)


def standing(row: str, until: int | None = None) -> str:
    """SQL: this row (an alias) is no reversal and was not reversed; nor was it at position `%(until)s`."""
    if until is None:
        undone = f"select 1 from `tabTrace Event` r where r.reverses = {row}.parent"
        return f"{row}.reverses is null and not exists ({undone})"
    sequence = sequence_column()
    undone = f"""select 1 from `tabTrace Event` r join `tabTrace Event Item` last on last.parent = r.name
        where r.reverses = {row}.parent and last.{sequence} <= %(until)s"""
    return f"{row}.reverses is null and {row}.{sequence} <= %(until)s and not exists ({undone})"


def _is_mariadb() -> bool:
    return frappe.db.db_type == "mariadb"


def _rows(query: str, names: Iterable[str]) -> list[dict]:
    found: list[dict] = []
    for chunk in chunks(names, NAMES_PER_QUERY):
        found.extend(frappe.db.sql(query, {"names": chunk}, as_dict=True))
    return found


def chunks(things: Iterable[Any], size: int) -> Iterable[list[Any]]:
    iterator = iter(things)
    while chunk := list(islice(iterator, size)):
        yield chunk
