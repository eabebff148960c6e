"""Mutations of the chain as a whole: seals, keys, tails. One of them in a round, done last."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import frappe
from proof import rows
from proof.rows import Nothing, delete, insert, new_name, other_value, row_of, write
from proof.tampering import Mutation, _kept, rehashed


def seals() -> list[dict[str, Any]]:
    return frappe.db.sql("select * from `tabAudit Seal` order by number", as_dict=True)


def named(seal: dict[str, Any]) -> tuple[str, ...]:
    return (f"Audit Seal {seal['number']}", seal["name"], f"seal {seal['number']} should stand here")


def edit_seal(chance: random.Random) -> Mutation:
    every = seals()
    seal = chance.choice(every)
    column = chance.choice(rows.columns("Audit Seal"))
    elsewhere = chance.choice(every)[column]
    value = other_value(chance, rows.types("Audit Seal")[column], seal[column], elsewhere)
    if column == "number":
        value = len(every) + chance.randint(1, 5)
    write("Audit Seal", seal["name"], {column: value})
    changed = {**seal, column: value}
    return Mutation(
        f"Audit Seal {seal['number']}: {column} changed", (*named(seal), *named(changed), str(value)[:40])
    )


def edit_key(chance: random.Random) -> Mutation:
    key = row_of("Audit Key", chance.choice(rows.names("Audit Key")))
    column = chance.choice(rows.columns("Audit Key"))
    value = other_value(chance, rows.types("Audit Key")[column], key[column], None)
    write("Audit Key", key["name"], {column: value})
    return Mutation(f"Audit Key {key['key_id']}: {column} changed", (key["key_id"], key["name"], str(value)))


def reorder_in_seal(chance: random.Random) -> Mutation:
    seal = chance.choice([one for one in seals() if one["count"] > 1])
    names = seal["entries"].split("\n")
    first, second = chance.sample(range(len(names)), 2)
    names[first], names[second] = names[second], names[first]
    write("Audit Seal", seal["name"], {"entries": "\n".join(names)})
    return Mutation(f"Audit Seal {seal['number']}: two entries change places", named(seal))


def remove_seal(chance: random.Random) -> Mutation:
    seal = chance.choice(seals())
    delete("Audit Seal", seal["name"])
    return Mutation(f"Audit Seal {seal['number']}: deleted", named(seal))


def remove_key(chance: random.Random) -> Mutation:
    key = row_of("Audit Key", chance.choice(rows.names("Audit Key")))
    delete("Audit Key", key["name"])
    return Mutation(f"Audit Key {key['key_id']}: deleted", (key["key_id"], key["name"]))


def swap_seals(chance: random.Random) -> Mutation:
    """Two seals exchange what they say."""
    one, other = chance.sample(seals(), 2)
    kept = {"name", "number"}
    columns = rows.columns("Audit Seal", kept)
    write("Audit Seal", one["name"], {column: other[column] for column in columns})
    write("Audit Seal", other["name"], {column: one[column] for column in columns})
    return Mutation(f"Audit Seals {one['number']}, {other['number']}: swapped", (*named(one), *named(other)))


def replay_seal(chance: random.Random) -> Mutation:
    """The last seal is replaced by an older one."""
    every = seals()
    old, last = chance.choice(every[:-1]), every[-1]
    write(
        "Audit Seal",
        last["name"],
        {column: old[column] for column in rows.columns("Audit Seal", {"name", "number"})},
    )
    return Mutation(f"Audit Seal {last['number']}: replaced by {old['number']}", named(last))


# -- tails


def cut_unsealed(chance: random.Random) -> Mutation:
    """The last entries go before they are sealed, with the events that they tell of."""
    last = frappe.db.sql("select max(last_seq) from `tabAudit Seal`")[0][0]
    waiting = rows.names("Audit Entry", "rowid > %s", last)
    if not waiting:
        raise Nothing("unsealed entries")
    cut = waiting[-chance.randint(1, min(20, len(waiting))) :]
    _remove_entries(cut)
    return Mutation(f"the last {len(cut)} unsealed entries cut off", (cut[0],))


def cut_sealed(chance: random.Random) -> Mutation:
    """The last seals go with everything that was written since the seal before them."""
    every = seals()
    cut = every[-chance.randint(1, min(3, len(every) - 1)) :]
    _remove_entries(rows.names("Audit Entry", "rowid >= %s", cut[0]["first_seq"]))
    for seal in cut:
        delete("Audit Seal", seal["name"])
    return Mutation(f"everything from seal {cut[0]['number']} on cut off", named(cut[0]))


def cut_seals(chance: random.Random) -> Mutation:
    """The last seals go, their entries stay."""
    cut = seals()[-chance.randint(1, 2) :]
    for seal in cut:
        delete("Audit Seal", seal["name"])
    return Mutation(f"the seals from {cut[0]['number']} on cut off", named(cut[0]))


def _remove_entries(names: list[str]) -> None:
    for first in range(0, len(names), 500):
        some = tuple(names[first : first + 500])
        query = "select document_name from `tabAudit Entry` where kind = 'Recorded' and name in %s"
        events = tuple(frappe.db.sql(query, (some,), pluck=True)) or ("",)
        frappe.db.sql("delete from `tabTrace Event Item` where parent in %s", (events,))
        frappe.db.sql("delete from `tabTrace Event` where name in %s", (events,))
        frappe.db.sql("delete from `tabAudit Entry` where name in %s", (some,))


# -- forged chains


def sign_again(chance: random.Random) -> Mutation:
    """A seal is signed with a key of the attacker's."""
    seal = chance.choice(seals())
    own = Ed25519PrivateKey.generate()
    write("Audit Seal", seal["name"], {"signature": own.sign(seal["statement"].encode()).hex()})
    return Mutation(f"Audit Seal {seal['number']}: signed with another key", named(seal))


def exchange_key(chance: random.Random) -> Mutation:
    """A key is replaced by the attacker's, and all it signed is signed again."""
    own = Ed25519PrivateKey.generate()
    key = row_of("Audit Key", chance.choice(rows.names("Audit Key")))
    write("Audit Key", key["name"], {"public_key": own.public_key().public_bytes_raw().hex()})
    for seal in seals():
        if seal["key_id"] == key["key_id"]:
            write("Audit Seal", seal["name"], {"signature": own.sign(seal["statement"].encode()).hex()})
    return Mutation(f"Audit Key {key['key_id']}: replaced", (key["key_id"], key["name"]))


def forge_chain(chance: random.Random) -> Mutation:
    """An entry is changed; block, root, signatures and the chain after it are made anew with a key of one's own."""
    from med_trace.domain import merkle
    from med_trace.domain.audit_entry import entry_hash
    from med_trace.domain.seal import codes_hash, key_id_of, statement_hash, statement_text

    own = Ed25519PrivateKey.generate()
    public = own.public_key().public_bytes_raw()
    every = seals()
    begin = chance.randrange(len(every))
    victim = chance.choice(every[begin]["entries"].split("\n"))
    write("Audit Entry", victim, {"user": "somebody.else@example.com"})
    forged = rehashed(row_of("Audit Entry", victim))
    write("Audit Entry", victim, {"entry_hash": forged["entry_hash"]})
    previous = statement_hash(every[begin - 1]["statement"]) if begin else ""
    for seal in every[begin:]:
        entries = [row_of("Audit Entry", name) for name in seal["entries"].split("\n")]
        stated = {
            **json.loads(seal["statement"]),
            "previous": previous,
            "merkle_root": merkle.root([entry_hash(entry) for entry in entries]).hex(),
            "codes": codes_hash(entry["mac"] for entry in entries),
            "key_id": key_id_of(public),
        }
        text = statement_text(stated)
        changes = {column: stated[column] for column in ("previous", "merkle_root", "codes", "key_id")}
        write(
            "Audit Seal",
            seal["name"],
            {**changes, "statement": text, "signature": own.sign(text.encode()).hex()},
        )
        previous = statement_hash(text)
    _introduce(chance, own)
    return Mutation(
        f"Audit Entry {victim}: changed, and the chain from seal {every[begin]['number']} on made anew",
        (*named(every[begin]), key_id_of(public), victim),
    )


def _introduce(chance: random.Random, own: Ed25519PrivateKey) -> None:
    """The attacker's key among the keys, as if the last one had been lost."""
    from med_trace.domain.seal import key_id_of, statement_text

    last = row_of("Audit Key", rows.names("Audit Key")[-1])
    public = own.public_key().public_bytes_raw()
    stated = {
        **json.loads(last["statement"]),
        "key_id": key_id_of(public),
        "public_key": public.hex(),
        "introduced_by": last["key_id"],
        "lost": "lost",
    }
    text = statement_text(stated)
    insert(
        "Audit Key",
        _kept(
            {
                **last,
                "name": new_name(chance, last["name"]),
                "key_id": stated["key_id"],
                "introduced_by": last["key_id"],
                "lost": 1,
                "reason": "lost",
                "public_key": stated["public_key"],
                "statement": text,
                "signature": own.sign(text.encode()).hex(),
                "signature_before": None,
            }
        ),
    )


CHAIN: tuple[tuple[Callable[[random.Random], Mutation], int], ...] = (
    (edit_seal, 20),
    (edit_key, 6),
    (reorder_in_seal, 6),
    (remove_seal, 6),
    (remove_key, 3),
    (swap_seals, 4),
    (replay_seal, 4),
    (cut_unsealed, 6),
    (cut_sealed, 6),
    (cut_seals, 6),
    (sign_again, 6),
    (exchange_key, 4),
    (forge_chain, 4),
)


def of_chain(chance: random.Random) -> tuple[str, Mutation]:
    """One mutation of the chain, with its kind."""
    what = chance.choices([step for step, _ in CHAIN], [weight for _, weight in CHAIN])[0]
    return what.__name__, what(chance)
