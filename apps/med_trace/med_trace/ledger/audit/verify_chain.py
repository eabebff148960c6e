"""Checks keys, seals and anchors: what they state, who signed it, and that each rests on the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import frappe
from med_trace.domain.audit_entry import time_text
from med_trace.domain.seal import KEY, SEAL, key_id_of, ranges_of, statement_hash, statement_text
from med_trace.ledger.audit.finding import Finding
from med_trace.ledger.audit.keys import introduced, is_signed_by
from med_trace.ledger.audit.sealing import STATED_FIELDS

STATED_KEY_FIELDS = ("key_id", "public_key", "introduced_at")


@dataclass
class Chain:
    """Keys and seals as they are in the database, seals in the order of their numbers."""

    keys: list[dict[str, Any]]
    seals: list[dict[str, Any]]
    without_number: list[dict[str, Any]]
    # Seals whose statement can be relied on: number -> its fields.
    stated: dict[int, dict[str, Any]] = field(default_factory=dict)


def read() -> Chain:
    rows = frappe.db.sql("select * from `tabAudit Seal` order by number, name", as_dict=True)
    seals = [row for row in rows if type(row.number) is int]
    chain = Chain(introduced(), seals, [row for row in rows if type(row.number) is not int])
    for seal in seals:
        stated = _statement(seal.statement, SEAL)
        if stated and _is_seal_statement(stated):
            chain.stated[seal.number] = stated
    return chain


# -- keys


def keys(chain: Chain) -> Iterator[Finding]:
    """Each key signs for itself, and the one before for it."""
    if not chain.keys:
        yield Finding("Audit Key", "there is none; the audit trail has never begun or was removed")
    before: dict[str, Any] | None = None
    for key in chain.keys:
        place = f"Audit Key {key.key_id}"
        stated = _statement(key.statement, KEY)
        if stated is None:
            yield Finding(place, "its statement cannot be read")
            continue
        yield from _of_key(place, key, stated, before)
        before = key


def _of_key(
    place: str, key: dict[str, Any], stated: dict[str, Any], before: dict[str, Any] | None
) -> Iterator[Finding]:
    for column in STATED_KEY_FIELDS:
        if stated.get(column) != key[column]:
            yield Finding(place, f"{column} is not what its statement says")
    if (stated.get("introduced_by") or "") != (key["introduced_by"] or ""):
        yield Finding(place, "introduced_by is not what its statement says")
    if (stated.get("lost") or "") != (key["reason"] or "") or bool(stated.get("lost")) != bool(key["lost"]):
        yield Finding(place, "the reason why the key before was lost is not what its statement says")
    if _key_id(stated.get("public_key")) != key["key_id"]:
        yield Finding(place, "its id does not belong to its public key")
    if not is_signed_by(stated.get("public_key") or "", key["signature"], key["statement"]):
        yield Finding(place, "it has not signed its own statement")
    if (before["key_id"] if before else "") != (stated.get("introduced_by") or ""):
        yield Finding(place, "it was not introduced by the key before it")
    if (
        before
        and not stated.get("lost")
        and not is_signed_by(before["public_key"], key["signature_before"], key["statement"])
    ):
        yield Finding(place, f"the key before it, {before['key_id']}, has not signed for it")


def _key_id(public_key: Any) -> str:
    try:
        return key_id_of(bytes.fromhex(public_key))
    except (TypeError, ValueError):
        return ""


# -- seals


def seals(chain: Chain) -> Iterator[Finding]:
    """Numbers without a hole, each seal naming the one before, signed by the key of its time."""
    public = {key.key_id: key.public_key for key in chain.keys}
    order = {key.key_id: place for place, key in enumerate(chain.keys)}
    for seal in chain.without_number:
        yield Finding(f"Audit Seal {seal.name}", "its number is no number")
    expected, previous, latest = 1, "", -1
    for seal in chain.seals:
        place = f"Audit Seal {seal.number}"
        if seal.number != expected:
            yield Finding(
                place, f"seal {expected} should stand here: seals were removed, inserted or renumbered"
            )
        expected = seal.number + 1
        stated = chain.stated.get(seal.number)
        if stated is None:
            yield Finding(place, "its statement cannot be read")
        else:
            yield from _of_seal(place, seal, stated, previous)
            key_id = str(stated.get("key_id"))
            if not is_signed_by(public.get(key_id, ""), seal.signature, seal.statement):
                yield Finding(place, f"its statement is not signed by the key {key_id}")
            if order.get(key_id, -1) < latest:
                yield Finding(place, f"it is signed by {key_id}, which had been replaced")
            latest = max(latest, order.get(key_id, -1))
        previous = statement_hash(seal.statement or "")


def _of_seal(place: str, seal: dict[str, Any], stated: dict[str, Any], previous: str) -> Iterator[Finding]:
    if stated.get("previous") != previous:
        yield Finding(place, "it does not name the seal before it")
    for column in (*STATED_FIELDS, "name"):
        if stated.get(column) != seal[column]:
            yield Finding(place, f"{column} is not what its statement says")
    for column in ("creation", "modified"):
        if _moment(seal[column]) != stated.get("at"):
            yield Finding(place, f"{column} is not what its statement says")
    for column in ("owner", "modified_by"):
        if seal[column] != stated.get("sealed_by"):
            yield Finding(place, f"{column} is not what its statement says")
    for column in ("docstatus", "idx"):
        if seal[column] != 0:
            yield Finding(place, f"{column} is not 0")
    if len((seal["entries"] or "").split("\n")) != stated.get("count"):
        yield Finding(place, "its list of entries is not as long as its statement says")


def _moment(value: Any) -> str:
    return time_text(value) if value is not None and hasattr(value, "isoformat") else str(value)


def _statement(text: str | None, kind: str) -> dict[str, Any] | None:
    """The fields of a statement that is whole and of this kind."""
    try:
        stated = json.loads(text or "")
    except ValueError:
        return None
    if not isinstance(stated, dict) or stated.get("type") != kind or statement_text(stated) != text:
        return None
    return stated


def _is_seal_statement(stated: dict[str, Any]) -> bool:
    """Whether what it says of its block can be looked up at all."""
    numbers = all(type(stated.get(field)) is int for field in ("count", "first_seq", "last_seq"))
    try:
        return numbers and bool(ranges_of(stated.get("gaps") or "") or True)
    except ValueError:
        return False


# -- anchors


def anchors(chain: Chain) -> Iterator[Finding]:
    """Each time stamp is of the seal that it names, and by the authority whose certificates are set."""
    statements = {seal.number: seal.statement for seal in chain.seals}
    rows = frappe.db.sql("select * from `tabAudit Anchor` order by seal_number, name", as_dict=True)
    if not rows:
        return
    from med_trace.ledger.audit.anchors import AnchorRefused, check, stamped_at

    certificates = frappe.db.get_single_value("Trace Settings", "tsa_certificate")
    for row in rows:
        place = f"Audit Anchor {row.name} (seal {row.seal_number})"
        statement = statements.get(row.seal_number)
        if statement is None or statement_hash(statement) != row.seal_hash:
            yield Finding(place, "it is not of the seal that it names")
            continue
        try:
            check(row.token, statement, certificates)
            if stamped_at(row.token) != row.anchored_at:
                yield Finding(place, "anchored_at is not the time of its stamp")
        except AnchorRefused as error:
            yield Finding(place, f"its time stamp does not hold: {error}")
