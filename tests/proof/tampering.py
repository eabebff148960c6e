"""Mutations of a site's database past the system, and the place that a verifier has to name for each.

A round is a number of mutations of different records, drawn from a seed. Those that concern the whole chain (a tail
cut off, a forged key, ...) come alone or last in a round.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import frappe
from proof import rows
from proof.rows import Nothing, delete, insert, is_same, new_name, other_value, row_of, write

LEDGER = ("Audit Entry", "Trace Event", "Trace Event Item", "Electronic Signature", "Audit Anchor")


@dataclass(frozen=True)
class Mutation:
    """What was done, and the texts of which a finding has to hold one."""

    what: str
    places: tuple[str, ...]

    def is_named_in(self, text: str) -> bool:
        return any(place in text for place in self.places)


@dataclass
class Tamperer:
    """Draws records that this round has not touched yet, and mutates them."""

    chance: random.Random
    catalogue: dict[str, list[str]]
    sealed: dict[str, int]  # entry -> number of its seal
    touched: set[str] = field(default_factory=set)
    done: Counter = field(default_factory=Counter)
    kinds: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of_site(cls, chance: random.Random) -> Tamperer:
        sealed = {
            name: number
            for number, text in frappe.db.sql("select number, entries from `tabAudit Seal`")
            for name in (text or "").split("\n")
        }
        return cls(chance, {table: rows.names(table) for table in LEDGER}, sealed)

    # -- draws

    def one(self, table: str, names: list[str] | None = None) -> str:
        """A record that nothing was done to; its event counts as touched with it."""
        known = self.catalogue[table] if names is None else names
        for _ in range(50):
            name = self.chance.choice(known) if known else ""
            key = self._key(table, name)
            if name and key not in self.touched:
                self.touched.add(key)
                return name
        raise Nothing(table)

    def _key(self, table: str, name: str) -> str:
        """A row belongs to its event, and an entry to what it tells of: one mutation for all of them."""
        if table == "Trace Event Item":
            name = name.rpartition("-")[0]
        if table == "Audit Entry" and name:
            return self._told_by(name)
        return name

    def _told_by(self, entry: str) -> str:
        """The event, key or signature that an entry binds; else the entry itself."""
        fields = ["kind", "document_type", "document_name", "changes"]
        told = frappe.db.get_value("Audit Entry", entry, fields, as_dict=True)
        if not told:
            return entry
        if told.kind == "Signed":
            return _signature_in(told.changes) or entry
        bound = ("Trace Event", "Audit Key", "Audit Anchor")
        return told.document_name or entry if told.document_type in bound else entry

    def table(self) -> str:
        """One of those that have any rows: anchors need an authority that stamps."""
        return self.chance.choice([table for table in LEDGER if self.catalogue[table]])

    def kind_of(self, table: str, column: str) -> str:
        if table not in self.kinds:
            self.kinds[table] = rows.types(table)
        return self.kinds[table].get(column, "text")

    # -- a round

    def round(self, many: int) -> list[Mutation]:
        """Mutations of different records, one after the other."""
        self.touched = set()
        made: list[Mutation] = []
        while len(made) < many:
            what = self.chance.choices([step for step, _ in LOCAL], [weight for _, weight in LOCAL])[0]
            try:
                made.append(what(self))
            except Nothing:
                continue
            self.done[what.__name__] += 1
        return made


def _signature_in(changes: str | None) -> str | None:
    try:
        return next(one["new"] for one in json.loads(changes or "[]") if one["field"] == "signature")
    except (ValueError, TypeError, KeyError, StopIteration):  # mutated already
        return None


# -- one record


def edit(tamperer: Tamperer) -> Mutation:
    """Any column of any record of the ledger or the trail."""
    table = tamperer.table()
    name = tamperer.one(table)
    row = row_of(table, name)
    column = tamperer.chance.choice(rows.columns(table))
    elsewhere = row_of(table, tamperer.chance.choice(tamperer.catalogue[table]))[column]
    value = other_value(tamperer.chance, tamperer.kind_of(table, column), row[column], elsewhere)
    if column == "name":
        value = new_name(tamperer.chance, name)
    write(table, name, {column: value})
    return Mutation(
        f"{table} {name}: {column} {row[column]!r} -> {value!r}"[:300],
        (row["name"], *((value,) if column == "name" else ())),
    )


def remove(tamperer: Tamperer) -> Mutation:
    table = tamperer.table()
    name = tamperer.one(table)
    row = row_of(table, name)
    delete(table, name)
    return Mutation(f"{table} {name}: deleted", (row["name"],))


def remove_whole(tamperer: Tamperer) -> Mutation:
    """An event with its rows and its entry, so that nothing points at it any more."""
    name = tamperer.one("Trace Event")
    told = rows.names("Audit Entry", "document_type = 'Trace Event' and document_name = %s", name)
    delete("Trace Event", name)
    frappe.db.sql("delete from `tabTrace Event Item` where parent = %s", name)
    for entry in told:
        delete("Audit Entry", entry)
    return Mutation(f"Trace Event {name}: deleted with rows and entry", (name, *told))


def put_in(tamperer: Tamperer) -> Mutation:
    """The copy of a record under a name of its own, with a value of another."""
    table = tamperer.table()
    row = row_of(table, tamperer.chance.choice(tamperer.catalogue[table]))
    copy = {**row, "name": new_name(tamperer.chance, row["name"])}
    if "event_id" in copy:
        copy["event_id"] = copy["name"]
    tamperer.touched.add(copy["name"])
    insert(table, {column: value for column, value in copy.items() if column not in rows.FREE})
    return Mutation(f"{table} {copy['name']}: inserted", (copy["name"],))


def put_in_whole(tamperer: Tamperer) -> Mutation:
    """An event with rows and an entry that tells of it; the hash is right, the code cannot be."""
    event = row_of("Trace Event", tamperer.chance.choice(tamperer.catalogue["Trace Event"]))
    old = rows.names("Audit Entry", "document_type = 'Trace Event' and document_name = %s", event["name"])
    entry = row_of("Audit Entry", old[0] if old else "")
    new = new_name(tamperer.chance, event["name"])
    insert("Trace Event", _kept({**event, "name": new, "event_id": new}))
    for row in frappe.db.sql(
        "select * from `tabTrace Event Item` where parent = %s", event["name"], as_dict=True
    ):
        insert("Trace Event Item", _kept({**row, "name": f"{new}-{row['idx']}", "parent": new}))
    forged = {**entry, "name": new_name(tamperer.chance, entry["name"]), "document_name": new}
    insert("Audit Entry", _kept(rehashed(forged)))
    tamperer.touched |= {new, forged["name"]}
    return Mutation(f"Trace Event {new}: inserted with rows and entry", (new, forged["name"]))


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in row.items() if column not in rows.FREE}


def rehash(tamperer: Tamperer) -> Mutation:
    """An entry says something else, and its hash is computed anew, as anybody can."""
    name = tamperer.one("Audit Entry")
    row = row_of("Audit Entry", name)
    column = tamperer.chance.choice(
        ("user", "reason", "changes", "content_hash", "kind", "at", "document_name")
    )
    value = other_value(tamperer.chance, tamperer.kind_of("Audit Entry", column), row[column], None)
    forged = rehashed({**row, column: value})
    write("Audit Entry", name, {column: value, "entry_hash": forged["entry_hash"]})
    return Mutation(f"Audit Entry {name}: {column} changed and hashed again", (name,))


def rehashed(row: dict[str, Any]) -> dict[str, Any]:
    from med_trace.domain.audit_entry import entry_hash

    return {**row, "entry_hash": entry_hash(row).hex()}


def rebind(tamperer: Tamperer) -> Mutation:
    """A row of an event is changed, and its entry is made to agree with it."""
    from med_trace.domain.audit_content import event_hash

    event = tamperer.one("Trace Event")
    (entry,) = rows.names("Audit Entry", "document_type = 'Trace Event' and document_name = %s", event)[:1]
    query = "select * from `tabTrace Event Item` where parent = %s order by idx"
    row = frappe.db.sql(query, event, as_dict=True)[0]
    write("Trace Event Item", row["name"], {"quantity": float(row["quantity"] or 0) + 1})
    told = row_of("Audit Entry", entry)
    content = frappe.db.sql(query, event, as_dict=True)
    told["content_hash"] = event_hash(told["salt"], row_of("Trace Event", event), content)
    forged = rehashed(told)
    write("Audit Entry", entry, {key: forged[key] for key in ("content_hash", "entry_hash")})
    return Mutation(f"Trace Event {event}: a quantity and its entry changed alike", (event, entry))


# -- two records


def swap_values(tamperer: Tamperer) -> Mutation:
    """Two records change places in one column."""
    table = tamperer.table()
    one, other = tamperer.one(table), tamperer.one(table)
    first, second = row_of(table, one), row_of(table, other)
    unique = {"name", "event_id"}
    differing = [
        column for column in rows.columns(table, unique) if not is_same(first[column], second[column])
    ]
    if not differing:
        raise Nothing(table)
    column = tamperer.chance.choice(differing)
    write(table, one, {column: second[column]})
    write(table, other, {column: first[column]})
    return Mutation(f"{table} {one}, {other}: {column} swapped", (one, other))


def swap_names(tamperer: Tamperer) -> Mutation:
    """Two records take each other's names."""
    table = tamperer.chance.choice(("Audit Entry", "Electronic Signature", "Trace Event"))
    one, other = tamperer.one(table), tamperer.one(table)
    write(table, one, {"name": "swapped"})
    write(table, other, {"name": one})
    write(table, "swapped", {"name": other})
    return Mutation(f"{table} {one}, {other}: names swapped", (one, other))


def replay(tamperer: Tamperer) -> Mutation:
    """A record takes the content of an older one, all of it but its name."""
    table = tamperer.chance.choice(("Audit Entry", "Trace Event Item", "Electronic Signature"))
    name = tamperer.one(table)
    row, old = row_of(table, name), row_of(table, tamperer.chance.choice(tamperer.catalogue[table]))
    kept = {"name", "parent", "idx"}
    changes = {column: old[column] for column in rows.columns(table, kept)}
    if all(is_same(row[column], value) for column, value in changes.items()):
        raise Nothing(table)
    write(table, name, changes)
    return Mutation(f"{table} {name}: replaced by the content of {old['name']}", (row["name"],))


def reorder(tamperer: Tamperer) -> Mutation:
    """Two sealed entries change their places in the table."""
    sealed = list(tamperer.sealed)
    one, other = tamperer.one("Audit Entry", sealed), tamperer.one("Audit Entry", sealed)
    query = "select rowid from `tabAudit Entry` where name = %s"
    first, second = frappe.db.sql(query, one)[0][0], frappe.db.sql(query, other)[0][0]
    for name, number in ((one, -1), (other, first), (one, second)):
        frappe.db.sql("update `tabAudit Entry` set rowid = %s where name = %s", (number, name))
    return Mutation(f"Audit Entry {one}, {other}: places swapped", (one, other))


# -- records of our own, past the system


def document(tamperer: Tamperer) -> Mutation:
    """A field of a document, or of one of its rows, that its last entry has told of."""
    from med_trace.ledger.audit import scope

    own = tamperer.catalogue.setdefault("documents", scope.own_doctypes())
    table = tamperer.chance.choice([name for name in own if not frappe.get_meta(name).issingle])
    known = tamperer.catalogue.setdefault(table, rows.names(table))
    name = tamperer.one(table, known)
    row = row_of(table, name)
    left_out = scope.BOOKKEEPING | scope.DERIVED.get(table, frozenset())
    column = tamperer.chance.choice(rows.columns(table, left_out))
    value = other_value(tamperer.chance, tamperer.kind_of(table, column), row[column], None)
    write(table, name, {column: value})
    return Mutation(f"{table} {name}: {column} {row[column]!r} -> {value!r}"[:300], (name,))


LOCAL: tuple[tuple[Callable[[Tamperer], Mutation], int], ...] = (
    (edit, 40),
    (remove, 10),
    (remove_whole, 4),
    (put_in, 8),
    (put_in_whole, 4),
    (rehash, 8),
    (rebind, 4),
    (swap_values, 8),
    (swap_names, 4),
    (replay, 4),
    (reorder, 4),
    (document, 10),
)
