"""Measures what trust costs: entries of the audit trail, seals, verification, the evidence of one lot. Not a timed test.

    scripts/bench trust [--entries 1000000] [--ancestors 1000] [--keep]

Absolute times belong to the machine; the cost of an event is a ratio of medians, with and without the trail by turns.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import bench

RUNS = 400  # events of each kind, by turns
BULK = 5_000
WIDTH = 100  # lots that one lot is made from


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--ancestors", type=int, default=1_000)
    parser.add_argument("--keep", action="store_true", help="leave the site")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(measured(options)))
        return
    figures: dict[str, Any] = {}
    for part in ("event", "package", "trail"):
        bench.prepare_site()
        print(f"{part} ...", flush=True)
        figures |= in_own_process(options, part)
    if not options.keep:
        shutil.rmtree(bench.BENCH / "sites" / bench.SITE, ignore_errors=True)
    print(table(figures))


def in_own_process(options: argparse.Namespace, part: str) -> dict[str, Any]:
    numbers = ["--entries", str(options.entries), "--ancestors", str(options.ancestors)]
    done = subprocess.run(
        [sys.executable, __file__, "--part", part, *numbers], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{part} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """One part, in this process, on the benchmark's site."""
    import frappe

    os.chdir(bench.BENCH / "sites")
    frappe.init(site=bench.SITE, sites_path=".")
    frappe.connect()
    frappe.set_user("Administrator")
    try:
        if options.part == "event":
            return cost_of_an_event()
        return package(options.ancestors) if options.part == "package" else trail(options.entries)
    finally:
        frappe.destroy()


# -- what the trail adds to an event


def cost_of_an_event() -> dict[str, Any]:
    import frappe
    from med_trace.ledger import service

    lots = _lots(40)
    drafts = _drafts(lots)

    def one() -> None:
        service.record(next(drafts))
        frappe.db.commit()

    def many() -> None:
        service.record_many([next(drafts) for _ in range(BULK)])
        frappe.db.commit()

    one()
    with_it, without = by_turns(one, RUNS)
    bulk_with, bulk_without = by_turns(many, 9, time.process_time)
    return {
        "event_with": statistics.median(with_it),
        "event_without": statistics.median(without),
        "bulk_with": statistics.median(bulk_with) / BULK,
        "bulk_without": statistics.median(bulk_without) / BULK,
    }


def by_turns(
    action: Callable[[], None], runs: int, clock: Callable[[], float] = time.perf_counter
) -> tuple[list[float], list[float]]:
    """Seconds with the trail and without it, in turn, so that the machine is the same for both."""
    with_it, without = [], []
    for _ in range(runs):
        with_it.append(seconds(action, clock))
        with without_entries():
            without.append(seconds(action, clock))
    return with_it, without


def seconds(action: Callable[[], None], clock: Callable[[], float]) -> float:
    began = clock()
    action()
    return clock() - began


@contextlib.contextmanager
def without_entries() -> Iterator[None]:
    """Here only: events are written as if there were no audit trail."""
    from med_trace.ledger import write

    kept = write._append_entries
    write._append_entries = lambda *arguments: None
    try:
        yield
    finally:
        write._append_entries = kept


def _drafts(lots: list[str]) -> Iterator[Any]:
    """Events of two rows, one after the other."""
    from med_trace.domain.event import Action, EventDraft, EventType, Row

    number = 0
    while True:
        number += 1
        some = (lots[number % len(lots)], lots[(number + 7) % len(lots)])
        rows = tuple(Row(Action.MOVE, lot, 1) for lot in some)
        yield EventDraft(EventType.MOVED, rows, event_id=f"trust-{number}", reason="to the next shelf")


def _lots(count: int) -> list[str]:
    """Released lots with plenty of it."""
    import frappe
    from med_trace.domain.event import Action, EventDraft, EventType, Row
    from med_trace.ledger import service

    item = _item("Raw")
    names = [
        service.create_lot(lot_no=f"T-{time.time_ns()}-{number}", item_code=item, kind="Raw", uom="Nos").name
        for number in range(count)
    ]
    service.record_many(
        [EventDraft(EventType.RECEIVED, (Row(Action.RECEIVE, name, 1e9),)) for name in names]
        + [EventDraft(EventType.ACCEPTED, (Row(Action.ACCEPT, name),)) for name in names]
    )
    frappe.db.commit()
    return names


def _item(kind: str) -> str:
    import frappe

    code = f"BENCH-{kind.upper()}"
    if not frappe.db.exists("Item", code):
        group = frappe.get_all("Item Group", filters={"is_group": 0}, pluck="name", limit=1)[0]
        values = {"item_code": code, "item_name": f"Benchmark {kind}", "item_group": group}
        frappe.get_doc({"doctype": "Item", **values, "stock_uom": "Nos", "mt_kind": kind}).insert()
    return code


# -- the evidence of one lot


def package(ancestors: int) -> dict[str, Any]:
    """The package of a lot made, over generations of WIDTH, from so many others; and its verification."""
    import frappe
    from med_trace.domain.event import Action, EventDraft, EventType, Row
    from med_trace.evidence.package import package_of
    from med_trace.ledger import service

    lots = _lots(ancestors)
    middle = [_made(lots[first : first + WIDTH]) for first in range(0, len(lots), WIDTH)]
    final = _made(middle)
    service.record(EventDraft(EventType.MOVED, (Row(Action.MOVE, final, 1),)))
    frappe.db.commit()
    began, began_work = time.perf_counter(), time.process_time()
    made = package_of(final)
    elapsed, worked = time.perf_counter() - began, time.process_time() - began_work
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        entries = archive.read("audit/entries.jsonl").count(b"\n")
        program = archive.read("verify_evidence.py")
    frappe.db.commit()
    began = time.perf_counter()
    _verified(made, program)
    return {
        "ancestors": len(lots) + len(middle),
        "package": elapsed,
        "package_worked": worked,
        "package_mb": len(made) / 1e6,
        "package_entries": entries,
        "package_verified": time.perf_counter() - began,
    }


def _made(parents: list[str]) -> str:
    import frappe
    from med_trace.domain.event import Action, EventDraft, EventType, Row
    from med_trace.ledger import service

    name = service.create_lot(
        lot_no=f"M-{time.time_ns()}", item_code=_item("Component"), kind="Component", uom="Nos"
    ).name
    rows = [Row(Action.CONSUME, parent, 1, "Nos") for parent in parents]
    service.record(EventDraft(EventType.TRANSFORMED, (*rows, Row(Action.PRODUCE, name, 10, "Nos"))))
    service.record(EventDraft(EventType.ACCEPTED, (Row(Action.ACCEPT, name),)))
    frappe.db.commit()
    return name


def _verified(made: bytes, program: bytes) -> None:
    """The program that comes with the package holds it to be whole."""
    folder = bench.BENCH / "sites" / bench.SITE
    (folder / "package.zip").write_bytes(made)
    (folder / "verify_evidence.py").write_bytes(program)
    command = [sys.executable, str(folder / "verify_evidence.py"), str(folder / "package.zip")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# -- the whole trail


def trail(entries: int) -> dict[str, Any]:
    """Appends, seals and verifies so many entries; one in fifty of them is a Trace Event's."""
    import frappe
    from med_trace.ledger import service
    from med_trace.ledger.audit import sealing, verify
    from med_trace.ledger.audit.entries import EntryDraft, append_many

    lots = _lots(40)
    drafts = _drafts(lots)
    there = frappe.db.count("Audit Entry")
    began = time.perf_counter()
    for _ in range((entries - there) // 50 // BULK + 1):
        service.record_many([next(drafts) for _ in range(BULK)])
        frappe.db.commit()
    events = time.perf_counter() - began
    missing = entries - frappe.db.count("Audit Entry")
    began = time.perf_counter()
    for first in range(0, missing, BULK):
        some = range(first, min(first + BULK, missing))
        append_many([EntryDraft("Read", "Access", "Material Lot", lots[one % len(lots)]) for one in some])
        frappe.db.commit()
    appended = time.perf_counter() - began
    began = time.perf_counter()
    seals = sealing.seal_now()
    frappe.db.commit()
    sealed = time.perf_counter() - began
    began = time.perf_counter()
    found = verify.findings()
    verified = time.perf_counter() - began
    assert not found, found[:5]
    total = frappe.db.count("Audit Entry")
    return {
        "entries": total,
        "events": frappe.db.count("Trace Event"),
        "events_s": events,
        "append_rate": missing / appended,
        "seals": len(seals),
        "seal_rate": total / sealed,
        "verify": verified,
        "verify_rate": total / verified,
        "resident_mb": bench._resident_mb(),
    }


FIGURES: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("one event, committed, with its audit entry (ms)", lambda f: f"{f['event_with'] * 1e3:.2f}"),
    ("- without the audit trail (ms)", lambda f: f"{f['event_without'] * 1e3:.2f}"),
    ("- ratio", lambda f: f"{f['event_with'] / f['event_without']:.2f}x"),
    (
        "one event of a bulk, with its audit entry (ms of the processor)",
        lambda f: f"{f['bulk_with'] * 1e3:.3f}",
    ),
    ("- ratio to without", lambda f: f"{f['bulk_with'] / f['bulk_without']:.2f}x"),
    ("audit entries alone, in bulk (entries/s)", lambda f: f"{f['append_rate']:,.0f}"),
    ("sealing (entries/s)", lambda f: f"{f['seal_rate']:,.0f}"),
    ("entries verified", lambda f: f"{f['entries']:,} in {f['seals']:,} seals, {f['events']:,} of events"),
    ("verifying all of them (s)", lambda f: f"{f['verify']:.1f}"),
    ("- entries/s", lambda f: f"{f['verify_rate']:,.0f}"),
    ("- resident memory (MB)", lambda f: f"{f['resident_mb']:.0f}"),
    ("evidence package: ancestors of the lot", lambda f: f"{f['ancestors']:,}"),
    ("- making it (s)", lambda f: f"{f['package']:.1f}"),
    ("- of it the processor's (s)", lambda f: f"{f['package_worked']:.1f}"),
    ("- size (MB), audit entries in it", lambda f: f"{f['package_mb']:.1f}, {f['package_entries']:,}"),
    ("- verifying it without the system (s)", lambda f: f"{f['package_verified']:.1f}"),
)


def table(figures: dict[str, Any]) -> str:
    lines = ["| trust | |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {name} | {shown(figures)} |" for name, shown in FIGURES)])


if __name__ == "__main__":
    main()
