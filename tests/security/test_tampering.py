"""Rows mutated past the system, by the hundred: the verifier finds each of them and names the place."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import frappe
from builders import a_lot_release, a_made_lot, a_process_record, a_routing, a_started_lot, an_item
from lots import a_lot
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import record_many
from proof import chains
from proof.rows import Nothing
from proof.size import SEED, chance, is_full, report, size
from proof.tampering import Mutation, Tamperer
from time_stamp_authority import TimeStampAuthority
from web import Client

pytestmark = [pytest.mark.embedded_only, pytest.mark.requirement("AUD-3")]  # mutates the site's file

FIXTURES = Path(__file__).parents[2] / "fixtures"
IN_A_ROUND = 100 if is_full() else 20
BLOCKS, TAIL = 20, 150  # seals, and entries that wait for theirs


def verified() -> list[str]:
    """What the whole verification of the trail says; nothing is left out for the test's sake."""
    from med_trace.ledger.audit.verify import findings

    return sorted(str(finding) for finding in findings())


@pytest.fixture
def stamps(client: Client, tmp_path: Path) -> Iterator[None]:
    """Seals are stamped by an authority, where openssl can play one."""
    if not shutil.which("openssl"):
        yield
        return
    authority = TimeStampAuthority(tmp_path)
    settings = frappe.get_doc("Trace Settings")
    settings.tsa_url, settings.tsa_certificate = authority.url, authority.root
    settings.change_reason = "Stamps of the proof"
    settings.save()
    frappe.db.commit()
    yield
    authority.close()


@pytest.fixture
def plant(client: Client, stamps: None) -> None:
    """A site with records of all kinds, enough events, blocks of entries and a tail; its triggers are gone."""
    if is_full():
        from med_trace.demo import load

        load(FIXTURES, password="trace-demo-2026", force=True, say=lambda *words: None)
    for _ in range(3):
        a_lot_release(a_made_lot())
    lot = a_started_lot(a_routing(an_item("Finished"), ["Turning"]).item_code)
    a_process_record(lot)
    frappe.db.commit()
    _fill(size("entries"))
    for name in frappe.db.sql("select name from sqlite_master where type = 'trigger'", pluck=True):
        frappe.db.sql_ddl(f"drop trigger `{name}`")
    frappe.db.commit()
    frappe.clear_cache()


def _fill(entries: int) -> None:
    """Events until there are so many entries, sealed block by block; the last ones are not."""
    from med_trace.ledger.audit.anchors import anchor_last_seal
    from med_trace.ledger.audit.sealing import seal_now

    lots = [a_lot(quantity=1_000_000) for _ in range(20)]
    there = frappe.db.count("Audit Entry")
    block = max(1, (entries - there - TAIL) // BLOCKS)
    for number in range(BLOCKS + 1):
        seal_now()
        frappe.db.commit()
        anchor_last_seal()
        many = TAIL if number == BLOCKS else block
        record_many([_moved(lots, number * block + one) for one in range(many)])
        frappe.db.commit()


def _moved(lots: list[str], number: int) -> EventDraft:
    some = [lots[number % len(lots)], lots[(number * 7 + 1) % len(lots)]]
    rows = tuple(Row(Action.MOVE, lot, 1) for lot in dict.fromkeys(some))
    return EventDraft(EventType.MOVED, rows, event_id=f"filled-{number}", reason=f"shelf {number % 9}")


def test_every_mutation_is_found_and_its_place_named(plant: None) -> None:
    wanted, draw = size("tampering"), chance("tampering")
    assert verified() == []
    done: Counter = Counter()
    began, missed, rounds = time.monotonic(), [], 0
    tamperer = Tamperer.of_site(draw)
    while done.total() < wanted:
        many = min(IN_A_ROUND, wanted - done.total())
        rounds += 1
        made = of_chain(draw, done) if rounds % 2 == 0 else of_records(tamperer, many, done)
        found = "\n".join(verified())
        missed += [f"round {rounds}: {one.what}" for one in made if not one.is_named_in(found)]
        frappe.db.rollback()
        assert len(missed) < 10, _told(missed)
    assert verified() == []
    report(
        "tampering",
        entries=frappe.db.count("Audit Entry"),
        seals=frappe.db.count("Audit Seal"),
        mutations=done.total(),
        verifications=rounds,
        not_found=len(missed),
        minutes=round((time.monotonic() - began) / 60, 1),
        kinds=dict(done),
    )
    assert not missed, _told(missed)


def of_records(tamperer: Tamperer, many: int, done: Counter) -> list[Mutation]:
    """Mutations of different records, in one round."""
    before = Counter(tamperer.done)
    made = tamperer.round(many)
    done.update(tamperer.done - before)
    return made


def of_chain(draw: Any, done: Counter) -> list[Mutation]:
    """One of the chain, alone: others could lie in what it cuts off."""
    while True:
        try:
            kind, mutation = chains.of_chain(draw)
        except Nothing:
            continue
        done[kind] += 1
        return [mutation]


def _told(missed: list[str]) -> str:
    return f"seed {SEED}, not found:\n" + "\n".join(missed)
