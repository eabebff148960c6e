"""A server and a sealer under load, killed at a random moment; and the questions that the database must answer then.

Asks the database file itself, not the system under test: what is half done shows there first.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from web import Client, free_port, wait_for

SEALER = Path(__file__).with_name("sealer.py")
CLIENTS = 4
LONGEST_START = 20  # seconds until a server answers on a busy machine
THIS_EVENT = "`tabTrace Event` where event_id = ? or reason = ?"


@dataclass
class Sent:
    """What one client asked for, by which way, and whether it was told that it is done."""

    event_id: str  # or the device's own id of an entry, which is the reason of its event then
    event: dict
    is_queued: bool = False
    is_told: bool = False


@dataclass
class Plant:
    """One site of its own, with the lots that the load moves."""

    sites: Path
    site: str
    token: tuple[str, str]
    lots: list[str]
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    notes: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    unsure: list[Sent] = field(default_factory=list)
    serial: int = 0
    is_answering: threading.Event = field(default_factory=threading.Event)

    def client(self) -> Client:
        return Client(f"http://127.0.0.1:{self.port}", self.site).as_token(*self.token)

    # -- the processes

    def start(self) -> None:
        log = self.sites.parent / "server.log"
        serve = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", self.site, "serve"]
        commands = (
            [*serve, "--port", str(self.port), "--noreload"],
            [sys.executable, str(SEALER), self.site],
        )
        with log.open("ab") as out:
            self.processes = [
                subprocess.Popen(command, cwd=self.sites, stdout=out, stderr=out) for command in commands
            ]
        wait_for(f"http://127.0.0.1:{self.port}", self.processes[0], log)

    def kill(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
        for process in self.processes:
            process.wait()

    # -- the load

    def run_until_killed(self, seconds: float, chance: random.Random) -> None:
        """Load from several clients; the processes are killed so long after the first answer."""
        self.is_answering.clear()
        seeds = [chance.random() for _ in range(CLIENTS)]
        stop = threading.Event()
        threads = [threading.Thread(target=self._work, args=(random.Random(seed), stop)) for seed in seeds]
        for thread in threads:
            thread.start()
        self.is_answering.wait(LONGEST_START)
        time.sleep(seconds)
        self.kill()
        stop.set()
        for thread in threads:
            thread.join()

    def _work(self, chance: random.Random, stop: threading.Event) -> None:
        client = self.client()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while not stop.is_set():
                chance.choices((self._record, self._note), (4, 1))[0](client, chance)

    def _record(self, client: Client, chance: random.Random) -> None:
        self.serial += 1
        event, is_queued = an_event(self.lots, chance), chance.random() < 0.3
        sent = Sent(f"crash-{self.serial}-{chance.getrandbits(40):010x}", event, is_queued)
        self.sent.append(sent)
        sent.is_told = self.send(client, sent)
        self.is_answering.set()

    def send(self, client: Client, sent: Sent) -> bool:
        if not sent.is_queued:
            event = {**sent.event, "event_id": sent.event_id}
            return client.call("med_trace.api.ledger.record", event=event).status == 200
        values = {"lot": sent.event["rows"][0]["lot"], "quantity": 1, "reason": sent.event_id}
        entry = {"client_id": sent.event_id, "method": "med_trace.api.lots.scrap", "arguments": values}
        return client.send("POST", "/api/method/med_trace.api.queue.submit", entry).status == 200

    def _note(self, client: Client, chance: random.Random) -> None:
        lot, text = chance.choice(self.lots), f"H-{chance.random()}"
        note = [text, False]
        self.notes.setdefault(lot, []).append(note)  # type: ignore[arg-type]
        note[1] = client.put(f"/api/resource/Material Lot/{lot}", heat_no=text).status == 200


def an_event(lots: list[str], chance: random.Random) -> dict:
    """Something that happens to several lots at once."""
    kind, action = chance.choice((("Scrapped", "Scrap"), ("Sampled", "Sample"), ("Moved", "Move")))
    some = chance.sample(lots, chance.randint(1, 3))
    rows = [{"action": action, "lot": lot, "quantity": chance.randint(1, 3)} for lot in some]
    return {"type": kind, "rows": rows, "reason": "load"}


# -- what the file says


QUESTIONS = {
    "an event without rows": """select e.name from `tabTrace Event` e
        where not exists (select 1 from `tabTrace Event Item` i where i.parent = e.name)""",
    "a row without its event": """select i.name from `tabTrace Event Item` i
        where not exists (select 1 from `tabTrace Event` e where e.name = i.parent)""",
    "an event without its audit entry, or with two": """select e.name from `tabTrace Event` e where 1 <>
        (select count(*) from `tabAudit Entry` a where a.document_type = 'Trace Event'
        and a.document_name = e.name and a.kind = 'Recorded')""",
    "an audit entry without its event": """select a.name from `tabAudit Entry` a where a.kind = 'Recorded'
        and not exists (select 1 from `tabTrace Event` e where e.name = a.document_name)""",
    "a lot that says something else than its events": """select l.name from `tabMaterial Lot` l
        where abs(l.on_hand - (select coalesce(sum(i.effect), 0) from `tabTrace Event Item` i
        where i.lot = l.name)) > 0.000001""",
    "a note without its audit entry": """select l.name from `tabMaterial Lot` l where l.heat_no like 'H-%'
        and not exists (select 1 from `tabAudit Entry` a where a.document_type = 'Material Lot'
        and a.document_name = l.name and a.changes like '%' || l.heat_no || '%')""",
    "two events with one id": "select event_id from `tabTrace Event` group by event_id having count(*) > 1",
    "two seals with one number": "select number from `tabAudit Seal` group by number having count(*) > 1",
}


def half_done(plant: Plant, rounds: int) -> list[str]:
    """Answers that must be empty, as sentences. Looks at the whole file's health now and then."""
    found = []
    with contextlib.closing(sqlite3.connect(plant.sites / plant.site / "site.db", timeout=30)) as database:
        for what, query in QUESTIONS.items():
            found += [f"{what}: {row[0]}" for row in database.execute(query).fetchmany(3)]
        found += _lost(plant, database)
        if rounds % 25 == 0:
            found += [row[0] for row in database.execute("pragma integrity_check") if row[0] != "ok"]
    return found


def _lost(plant: Plant, database: sqlite3.Connection) -> list[str]:
    """What was told to be done and is not there."""
    told = [sent.event_id for sent in plant.sent if sent.is_told]
    plant.unsure = [sent for sent in plant.sent if not sent.is_told]
    plant.sent = []
    lost = []
    for event_id in told:
        if not database.execute(f"select 1 from {THIS_EVENT}", (event_id, event_id)).fetchone():
            lost.append(f"an event that was confirmed is gone: {event_id}")
    for lot, notes in plant.notes.items():
        lost += _lost_notes(lot, notes, database)
    plant.notes = {}
    return lost


def _lost_notes(lot: str, notes: list, database: sqlite3.Connection) -> list[str]:
    """A note that was confirmed has its entry, also where a later one replaced it."""
    query = """select 1 from `tabAudit Entry` where document_type = 'Material Lot' and document_name = ?
        and changes like ?"""
    return [
        f"a change of {lot} that was confirmed is gone: {text}"
        for text, is_told in notes
        if is_told and not database.execute(query, (lot, f"%{json.dumps(text)[1:-1]}%")).fetchone()
    ]


def events_with(plant: Plant, event_id: str) -> int:
    with contextlib.closing(sqlite3.connect(plant.sites / plant.site / "site.db", timeout=30)) as database:
        query = f"select count(*) from {THIS_EVENT}"
        return int(database.execute(query, (event_id, event_id)).fetchone()[0])
