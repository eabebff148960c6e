"""Measures the lists and figures of the pages with many records behind them. Not a timed test.

    scripts/bench lists [--rows 1000 100000] [--keep]

The records are those of the demo plant, copied until there are so many lots, each copy two hours older. Absolute
times belong to the machine; the ratio is that of the largest to the smallest size, in one run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import bench

bench.SITE = "lists.localhost"
RUNS = 9
HOURS_APART = 2
# What is copied, and how often at most: beyond it are rows that no list has in this number.
COPIED = {
    "Material Lot": None,
    "Process Record": None,
    "Inspection Record": None,
    "NCR": None,
    "Lot Release": None,
    "Recall": 20,
    "Trace Event": 1_000,
    "Audit Entry": 150,
}
VIEWER = "administrator@traceworks.example"
RELEASER = "quality.head@traceworks.example"
OPERATOR = "operator@traceworks.example"
PAGE = 50


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--keep", action="store_true", help="leave the last site")
    parser.add_argument("--again", action="store_true", help="measure the site that was kept")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(in_site(options.part, options.rows[0])))
        return
    results: dict[int, dict[str, Any]] = {}
    for rows in options.rows:
        if not options.again:
            print(f"{rows:,} lots: preparing the site", flush=True)
            bench.prepare_site()
            own_process("load", rows)
        print(f"{rows:,} lots: measuring", flush=True)
        results[rows] = own_process("measure", rows)
    if not options.keep:
        shutil.rmtree(bench.BENCH / "sites" / bench.SITE, ignore_errors=True)
    print(table(results))


def own_process(part: str, rows: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--part", part, "--rows", str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part} at {rows} lots failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def in_site(part: str, rows: int) -> dict[str, Any]:
    import frappe

    os.chdir(bench.BENCH / "sites")
    frappe.init(site=bench.SITE, sites_path=".")
    frappe.connect()
    frappe.set_user("Administrator")
    try:
        return load(rows) if part == "load" else {"answers": dict(answers()), "rows": counts()}
    finally:
        frappe.destroy()


# -- many copies of the demo plant


def load(rows: int) -> dict[str, Any]:
    import frappe
    from med_trace.demo import load as load_demo
    from med_trace.demo.users import PASSWORD

    load_demo(None, password=PASSWORD, say=lambda _line: None)
    copies = -(-rows // frappe.db.count("Material Lot")) - 1
    for doctype, most in COPIED.items():
        number = min(copies, most or copies)
        for one in (doctype, *(field.options for field in frappe.get_meta(doctype).get_table_fields())):
            copy_rows(one, number)
    frappe.db.commit()
    frappe.db.sql("analyze")
    frappe.db.commit()
    return counts()


def copy_rows(doctype: str, copies: int) -> None:
    """Each row so many times in one statement: names and the links between what is copied get the copy's number."""
    import frappe

    columns = [row[0] for row in frappe.db.sql(f"select name from pragma_table_info('tab{doctype}')")]
    fields = {field.fieldname: field for field in frappe.get_meta(doctype).fields}
    suffixed = {"name", "parent"} | {
        row[0]
        for row in frappe.db.sql(
            f"""select i.name from pragma_index_list('tab{doctype}') l, pragma_index_info(l.name) i where l."unique" """
        )
    }
    suffixed |= {
        name for name, field in fields.items() if field.fieldtype == "Link" and field.options in COPIED
    }
    dated = {name for name, field in fields.items() if field.fieldtype == "Datetime"} | {
        "creation",
        "modified",
    }

    ours = ", ".join(f"'{name}'" for name in COPIED)

    def value(column: str) -> str:
        if column == "document_name":
            return f"case when document_type in ({ours}) then document_name || printf('-%05d', copy) else document_name end"
        if column in suffixed:
            return f"case when `{column}` > '' then `{column}` || printf('-%05d', copy) else `{column}` end"
        if column in dated:
            return f"strftime('%Y-%m-%d %H:%M:%f', `{column}`, (-{HOURS_APART} * copy) || ' hours')"
        return f"`{column}`"

    frappe.db.sql(
        f"""insert into `tab{doctype}` ({", ".join(f"`{one}`" for one in columns)})
        with recursive copies(copy) as (select 1 union all select copy + 1 from copies where copy < {copies})
        select {", ".join(map(value, columns))} from (select * from `tab{doctype}`) as original, copies"""
    )


def counts() -> dict[str, Any]:
    import frappe

    return {doctype: frappe.db.count(doctype) for doctype in COPIED}


# -- what is asked


def questions() -> Iterator[tuple[str, str, list[tuple[str, dict[str, Any]]]]]:
    """(what, who asks, the requests that it takes)."""
    lots = {"fields": ["name", "item_code", "item_name", "kind", "state", "on_hand", "modified"]}
    yield "list of lots: first page and count", VIEWER, _list("Material Lot", **lots)
    yield "- of one state, by item", VIEWER, _list(
        "Material Lot", **lots, filters=[["state", "=", "Released"]], order_by="item_code asc"
    )  # fmt: skip
    yield "- number contains", VIEWER, _list("Material Lot", **lots, filters=[["name", "like", "%SC-2601%"]])
    yield "- quantity between, by quantity", VIEWER, _list(
        "Material Lot", **lots, filters=[["on_hand", ">", 3], ["on_hand", "<", 400]], order_by="on_hand desc"
    )  # fmt: skip
    yield "- page 1,000, or the last", VIEWER, _list("Material Lot", **lots, start=999 * PAGE)
    yield "list of Process Records, by machine", VIEWER, _list(
        "Process Record", fields=["name", "lot", "operation_name", "equipment"], order_by="equipment asc"
    )  # fmt: skip
    yield "list of Trace Events, of one kind", VIEWER, _list(
        "Trace Event", fields=["name", "event_type", "event_time", "consignee"], filters=[["event_type", "=", "Shipped"]]
    )  # fmt: skip
    yield "list of Audit Entries", VIEWER, _list("Audit Entry", fields=["name", "kind", "at", "user"])
    yield "search for a link to a lot", OPERATOR, [
        ("frappe.desk.search.search_link", {"doctype": "Material Lot", "txt": "2601"})
    ]  # fmt: skip
    for title, doctype, filters in WAITING:
        yield f"Home: {title}", VIEWER, _list(doctype, filters=filters, order_by="modified asc", limit=5)
    for name in (
        "pass_rate",
        "ncr_ages",
        "quarantine_ages",
        "release_waiting",
        "machine_yield",
        "recall_progress",
    ):
        yield f"Home: figure {name}", VIEWER, [("med_trace.api.home.figure", {"name": name})]
    yield "operations that wait", OPERATOR, [("med_trace.api.work.waiting", {})]
    yield "inspections that wait", VIEWER, [("med_trace.api.inspection.waiting", {})]
    yield "releases that wait", RELEASER, [("med_trace.api.release.waiting", {})]
    yield "review of a release", RELEASER, [("med_trace.api.release.review", {"lot": "SC-2605-00001"})]
    yield "nonconformances as a board", VIEWER, [("med_trace.api.quality.board", {})]
    yield "a lot's trace", VIEWER, [
        ("med_trace.api.trace.forward", {"lot": "TI-H817-00007"}),
        ("med_trace.api.trace.backward", {"lot": "SC-2601-00007"}),
    ]  # fmt: skip
    yield "audit entries of a record", VIEWER, [
        ("med_trace.api.audit.entries", {"document_type": "Material Lot", "document_name": "SC-2601"})
    ]  # fmt: skip


WAITING: tuple[tuple[str, str, list[list[Any]]], ...] = (
    ("open recalls", "Recall", [["workflow_state", "in", ["Draft", "Scoped", "Initiated"]]]),
    ("operations to finish", "Process Record", [["docstatus", "=", 0]]),
    ("lots in process", "Material Lot", [["state", "=", "In Process"]]),
    ("lots to inspect", "Material Lot", [["state", "=", "Quarantine"]]),
    ("inspections to finish", "Inspection Record", [["docstatus", "=", 0]]),
    ("lots awaiting release", "Material Lot", [["state", "=", "Awaiting Release"], ["on_hand", ">", 0]]),
    ("releases to sign", "Lot Release", [["docstatus", "=", 0]]),
    ("open NCRs", "NCR", [["workflow_state", "!=", "Closed"]]),
    ("lots on hold", "Material Lot", [["state", "=", "On Hold"]]),
    (
        "released and on hand",
        "Material Lot",
        [["state", "=", "Released"], ["kind", "=", "Finished"], ["on_hand", ">", 0]],
    ),
)


def _list(
    doctype: str,
    fields: list[str] | None = None,
    filters: list[list[Any]] | None = None,
    order_by: str = "modified desc",
    start: int = 0,
    limit: int = PAGE,
) -> list[tuple[str, dict[str, Any]]]:
    """A page of a list as the pages ask for it: its rows and how many there are."""
    asked = {"doctype": doctype, "filters": json.dumps(filters or [])}
    rows = {
        "fields": json.dumps(fields or ["name", "modified"]),
        "order_by": order_by,
        "limit_start": start,
        "limit_page_length": limit,
    }
    return [("frappe.client.get_list", asked | rows), ("frappe.client.get_count", asked)]


def answers() -> Iterator[tuple[str, float]]:
    """Median seconds of each question over HTTP, its requests one after another."""
    served = {person: bench.Served(person) for person in (VIEWER, RELEASER, OPERATOR)}
    try:
        for what, person, requests in questions():
            for method, arguments in requests:
                served[person].get(method, **arguments)
            taken = []
            for _ in range(RUNS):
                began = time.perf_counter()
                for method, arguments in requests:
                    served[person].get(method, **arguments)
                taken.append(time.perf_counter() - began)
            yield what, statistics.median(taken)
    finally:
        for one in served.values():
            one.stop()


def table(results: dict[int, dict[str, Any]]) -> str:
    sizes = sorted(results)
    head = ["| median, ms | " + " | ".join(f"{rows:,} lots" for rows in sizes) + " | ratio |"]
    lines = [*head, "|---|" + "---:|" * (len(sizes) + 1)]
    for what in results[sizes[0]]["answers"]:
        taken = [results[rows]["answers"][what] for rows in sizes]
        shown = " | ".join(f"{one * 1e3:,.0f}" for one in taken)
        lines.append(f"| {what} | {shown} | {taken[-1] / taken[0]:.1f}x |")
    many = ", ".join(f"{number:,} {name}" for name, number in results[sizes[-1]]["rows"].items())
    return "\n".join([*lines, "", f"Records at {sizes[-1]:,} lots: {many}."])


if __name__ == "__main__":
    main()
