"""Measures the ledger at 10k, 100k and 1M rows and prints one table. Not a timed test.

    scripts/bench [--rows 10000 100000 1000000] [--keep]

Every figure stands beside its baseline from the same run: a recursive CTE on the same database, and scipy's
breadth-first search on arrays built beforehand (the limit). Absolute times belong to the machine; read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent.parent
SITE = "benchmark.localhost"
START = datetime(2025, 1, 1)
FAMILY = 33  # lots made from one raw lot: three generations of 3, 9 and 20
COMMON_SHARE = 3  # one family in three also takes from the common lot
AT_ONCE = 200  # families in production at the same time, so that their events are mixed
SMALL_CONES = 200
LOT_COLUMNS = "name lot_no item_code item_name kind state uom quantity on_hand creation modified owner modified_by".split()
EVENT_COLUMNS = "name event_type event_time event_id consignee creation modified owner modified_by".split()
ROW_COLUMNS = (
    "name parent parenttype parentfield idx action lot item_code quantity uom effect event_type event_time"
    " consignee state_after creation modified owner modified_by"
).split()


# -- a synthetic plant: families of lots, a part of them sharing one common lot


def plant(rows: int, seed: int = 1) -> Iterator[tuple[str, datetime, list[tuple[str, str, float, str]]]]:
    """Events as (type, time, rows of (action, lot, quantity, consignee)) until `rows` rows are given."""
    chance, moment, given, started = random.Random(seed), 0, 0, 0
    yield "Received", START, [("Receive", "COMMON", 1e9, "")]
    running: list[Iterator] = []
    while given < rows or running:
        if given < rows and len(running) < AT_ONCE:
            running.append(_family(started, chance))
            started += 1
        at = chance.randrange(len(running))
        step = next(running[at], None)
        if step is None:
            running.pop(at)
            continue
        moment += 1
        given += len(step[1])
        yield step[0], START + timedelta(seconds=30 * moment), step[1]


def _family(number: int, chance: random.Random) -> Iterator[tuple[str, list[tuple[str, str, float, str]]]]:
    lots = [f"F{number:06d}-{n:02d}" for n in range(FAMILY)]
    yield "Received", [("Receive", lots[0], 1000.0, "")]
    for n in range(1, FAMILY):
        parent = lots[(n - 1) // 3]
        parts = [("Consume", parent, 1.0, ""), ("Produce", lots[n], 100.0, "")]
        if number % COMMON_SHARE == 0 and n < 4:
            parts.insert(0, ("Consume", "COMMON", 0.1, ""))
        yield "Transformed", parts
    for lot in lots[13:]:
        yield "Shipped", [("Ship", lot, 90.0, f"HOSPITAL-{chance.randrange(300):03d}")]


def load(rows: int) -> None:
    """Writes the plant into the tables as the ledger would have left it. Loading is not what is measured."""
    import frappe

    stamp = str(START)
    on_hand: dict[str, float] = {}
    events, items = [], []
    for number, (kind, at, parts) in enumerate(plant(rows)):
        name, when = f"e{number:09d}", str(at)
        events.append((name, kind, when, name, parts[0][3], stamp, stamp, "Administrator", "Administrator"))
        for idx, (action, lot, quantity, consignee) in enumerate(parts, 1):
            effect = quantity if action in ("Receive", "Produce") else -quantity
            on_hand[lot] = on_hand.get(lot, 0.0) + effect
            items.append(
                (f"{name}-{idx}", name, "Trace Event", "items", idx, action, lot, "BENCH-ITEM", quantity, "Nos",
                 effect, kind, when, consignee, "Released", stamp, stamp, "Administrator", "Administrator")
            )  # fmt: skip
    lots = [
        (lot, lot, "BENCH-ITEM", "Benchmark item", "Component", "Released", "Nos", 100.0, left, stamp, stamp,
         "Administrator", "Administrator")
        for lot, left in on_hand.items()
    ]  # fmt: skip
    frappe.db.bulk_insert("Material Lot", LOT_COLUMNS, lots, chunk_size=500)
    frappe.db.bulk_insert("Trace Event", EVENT_COLUMNS, events, chunk_size=500)
    frappe.db.bulk_insert("Trace Event Item", ROW_COLUMNS, items, chunk_size=500)
    frappe.db.commit()


# -- what is measured


def timed(action: Callable[[], Any], runs: int, warm: bool = True) -> list[float]:
    """Seconds of each run, after one that is not counted."""
    if warm:
        action()
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        found.append(time.perf_counter() - began)
    return found


def in_turn(
    first: Callable[[], Any], second: Callable[[], Any], runs: int = 61
) -> tuple[list[float], list[float]]:
    """Seconds of both, run by turns, so that memory and the machine are the same for both."""
    pairs = [(timed(first, 1, warm=False)[0], timed(second, 1, warm=False)[0]) for _ in range(runs)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def append_rates(count: int = 300) -> dict[str, float]:
    """Events a second: one by one, each with its commit, and in bulk."""
    import frappe
    from med_trace.domain.event import Action, EventDraft, EventType, Row
    from med_trace.ledger import service

    def draft(number: int) -> EventDraft:
        lot = f"F{number % 40:06d}-01"
        return EventDraft(
            EventType.MOVED, (Row(Action.MOVE, lot, uom="Nos"),), event_id=f"bench-{time.time_ns()}-{number}"
        )

    began = time.perf_counter()
    for number in range(count):
        service.record(draft(number))
        frappe.db.commit()
    single = count / (time.perf_counter() - began)
    drafts = [draft(number) for number in range(count * 10)]
    began = time.perf_counter()
    service.record_many(drafts)
    frappe.db.commit()
    return {"single": single, "bulk": len(drafts) / (time.perf_counter() - began)}


class Served:
    """The site's web process, and a client with an API key of one person."""

    def __init__(self, person: str = "Administrator") -> None:
        self.port = _free_port()
        self.token = _api_token(person)
        self.process = subprocess.Popen(
            [str(BENCH / "env/bin/bench"), "--site", SITE, "serve", "--port", str(self.port)],
            cwd=BENCH, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        _wait_for(self.port)

    def get(self, method: str, **arguments: Any) -> Any:
        query = urllib.parse.urlencode(arguments)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/method/{method}?{query}",
            headers={"Authorization": f"token {self.token}", "X-Frappe-Site-Name": SITE},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["message"]

    def stop(self) -> None:
        os.killpg(self.process.pid, 15)
        self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The web process did not start; try `bench --site benchmark.localhost serve`.")


def _api_token(person: str) -> str:
    import frappe

    user = frappe.get_doc("User", person)
    user.api_key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
    user.api_secret = secret
    user.save(ignore_permissions=True)
    frappe.db.commit()
    return f"{user.api_key}:{secret}"


def small_cones(rows: int) -> dict[str, float]:
    """`trace.forward` through REST and the recursive CTE for cones of at most 100 lots."""
    import frappe

    families = rows // (4 * FAMILY)
    chance = random.Random(2)
    roots = [f"F{chance.randrange(families):06d}-00" for _ in range(SMALL_CONES)]
    served = Served()
    try:
        for root in roots[:20]:
            served.get("med_trace.api.trace.forward", lot=root)
        rest = []
        for root in roots:
            began = time.perf_counter()
            found = served.get("med_trace.api.trace.forward", lot=root)
            rest.append(time.perf_counter() - began)
            assert found["complete"] and sum(node["type"] == "Lot" for node in found["nodes"]) == FAMILY
    finally:
        served.stop()
    frappe.db.rollback()
    cte = [timed(lambda root=root: reached_by_cte(root), 1)[0] for root in roots]
    return {"p50": statistics.median(rest), "p95": p95(rest), "cte": statistics.median(cte)}


def reached_by_cte(root: str) -> list[str]:
    """Everything made from `root`, by the database alone."""
    import frappe

    return frappe.db.sql(
        """with recursive reached(lot) as (
            select %s union
            select made.lot from reached
            join `tabTrace Event Item` used on used.lot = reached.lot and used.action = 'Consume'
            join `tabTrace Event Item` made on made.parent = used.parent and made.action = 'Produce'
        ) select lot from reached""",
        root,
        pluck=True,
    )


def full_scope() -> dict[str, float]:
    """The index' answer for everything made with the common lot, beside the CTE and scipy alone."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order

    import frappe
    from med_trace.domain.event import Action, EventDraft, EventType, Row
    from med_trace.domain.scope import Criterion, CriterionKind
    from med_trace.ledger import service
    from med_trace.ledger.index.ledger_index import LedgerIndex
    from med_trace.recall.scope import scope

    index = LedgerIndex()
    began = time.perf_counter()
    found = index.forward(["COMMON"])
    build = time.perf_counter() - began
    start, ends = index._forward._start, index._forward._ends
    matrix = csr_matrix((np.ones(len(ends)), ends, start), shape=(len(start) - 1,) * 2)
    root = int(index._lots.known(["COMMON"])[0])
    ours, limit = in_turn(
        lambda: index.forward(["COMMON"]),
        lambda: breadth_first_order(matrix, root, return_predecessors=False),
    )
    named = timed(lambda: index.forward(["COMMON"]).names(), 15)
    cte = timed(lambda: reached_by_cte("COMMON"), 2)
    assert len(reached_by_cte("COMMON")) == len(found)

    resident = _resident_mb()
    began = time.perf_counter()
    answer = scope([Criterion(CriterionKind.LOT, "COMMON")])
    whole = time.perf_counter() - began
    assert len(answer["lots"]) == len(found)

    lot = service.create_lot(
        lot_no=f"NEW-{time.time_ns()}", item_code="BENCH-ITEM", kind="Component", uom="Nos"
    )
    rows = (Row(Action.CONSUME, "COMMON", 1, "Nos"), Row(Action.PRODUCE, lot.name, 1, "Nos"))
    service.record(EventDraft(EventType.TRANSFORMED, rows))
    frappe.db.commit()
    began = time.perf_counter()
    after = index.forward(["COMMON"])
    fresh = time.perf_counter() - began
    assert len(after) == len(found) + 1, "the new lot must be in the next answer"
    return {
        "lots": len(found),
        "build": build,
        "ours": statistics.median(ours),
        "named": statistics.median(named),
        "scipy": statistics.median(limit),
        "cte": statistics.median(cte),
        "fresh": fresh,
        "whole": whole,
        "resident_mb": resident,
    }


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# -- the run: each size in a site and a process of its own


def prepare_site() -> None:
    shutil.rmtree(BENCH / "sites" / SITE, ignore_errors=True)
    bench = [str(BENCH / "env/bin/bench")]
    for command in (
        ["new-site", SITE, "--admin-password", "admin"],
        ["--site", SITE, "install-app", "erpnext", "med_trace"],
    ):
        done = subprocess.run(bench + command, cwd=BENCH, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"bench {' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def measure(rows: int, part: str) -> dict[str, Any]:
    """One part of the measurement, in this process."""
    import frappe

    os.chdir(BENCH / "sites")
    frappe.init(site=SITE, sites_path=".")
    frappe.connect()
    frappe.set_user("Administrator")
    try:
        if part == "load":
            load(rows)
            return {}
        return {"append": append_rates, "cones": lambda: small_cones(rows), "scope": full_scope}[part]()
    finally:
        frappe.destroy()


def in_own_process(rows: int, part: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--part", part, "--rows", str(rows)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{part} at {rows} rows failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


FIGURES: tuple[tuple[str, Callable[[dict[str, Any], dict[str, Any]], str]], ...] = (
    ("append one by one, each committed (events/s)", lambda f, _: f"{f['append']['single']:,.0f}"),
    ("append in bulk (events/s)", lambda f, _: f"{f['append']['bulk']:,.0f}"),
    ("small cone through REST, p50 (ms)", lambda f, _: f"{f['cones']['p50'] * 1e3:.1f}"),
    ("small cone through REST, p95 (ms)", lambda f, _: f"{f['cones']['p95'] * 1e3:.1f}"),
    (
        "- p95 against the smallest ledger",
        lambda f, first: f"{f['cones']['p95'] / first['cones']['p95']:.2f}x",
    ),
    ("- lots alone by CTE, without HTTP (ms)", lambda f, _: f"{f['cones']['cte'] * 1e3:.2f}"),
    ("full scope: lots reached", lambda f, _: f"{f['scope']['lots']:,}"),
    ("full scope (ms)", lambda f, _: f"{f['scope']['ours'] * 1e3:.2f}"),
    ("- against scipy on prebuilt arrays", lambda f, _: f"{f['scope']['ours'] / f['scope']['scipy']:.2f}x"),
    ("- the CTE takes times as long", lambda f, _: f"{f['scope']['cte'] / f['scope']['ours']:,.0f}x"),
    ("full scope with the lots' names (ms)", lambda f, _: f"{f['scope']['named'] * 1e3:.1f}"),
    ("- the CTE takes times as long", lambda f, _: f"{f['scope']['cte'] / f['scope']['named']:,.0f}x"),
    ("the next full scope after one more event (ms)", lambda f, _: f"{f['scope']['fresh'] * 1e3:.1f}"),
    ("reading the ledger into the index, once a process (s)", lambda f, _: f"{f['scope']['build']:.1f}"),
    ("resident memory of the process with the index (MB)", lambda f, _: f"{f['scope']['resident_mb']:.0f}"),
    (
        "recall.scope of them all, with quantities, consignees and digest (s)",
        lambda f, _: f"{f['scope']['whole']:.1f}",
    ),
)


def table(results: dict[int, dict[str, Any]]) -> str:
    """The figures as Markdown: a row each, a column for each size of the ledger."""
    sizes = sorted(results)
    smallest = results[sizes[0]]
    lines = [
        "| rows in the ledger | " + " | ".join(f"{rows:,}" for rows in sizes) + " |",
        "|---|" + "---:|" * len(sizes),
    ]
    for name, shown in FIGURES:
        lines.append(f"| {name} | " + " | ".join(shown(results[rows], smallest) for rows in sizes) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument(
        "--keep", action="store_true", help="leave the last site in sites/benchmark.localhost"
    )
    parser.add_argument("--part", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(measure(options.rows[0], options.part)))
        return
    results: dict[int, dict[str, Any]] = {}
    for rows in options.rows:
        print(f"{rows:,} rows: preparing the site", flush=True)
        prepare_site()
        for part in ("load", "append", "cones", "scope"):
            print(f"{rows:,} rows: {part}", flush=True)
            results.setdefault(rows, {})[part] = in_own_process(rows, part)
    if not options.keep:
        shutil.rmtree(BENCH / "sites" / SITE, ignore_errors=True)
    print(table(results))


if __name__ == "__main__":
    main()
