"""Some of many writers of the audit trail, as threads, and a sealer among them when asked for.

python audit_writer.py SITE SITES_PATH THREADS ENTRIES [seal]
"""

import sys
import threading
import time

import frappe
from med_trace.ledger.audit import entries, sealing


def main(site: str, sites_path: str, threads: str, count: str, seal: str = "") -> None:
    done = threading.Event()
    writers = [
        threading.Thread(target=_write, args=(site, sites_path, int(count))) for _ in range(int(threads))
    ]
    sealer = threading.Thread(target=_seal, args=(site, sites_path, done))
    for thread in (*writers, *([sealer] if seal else [])):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    if seal:
        sealer.join()


def _write(site: str, sites_path: str, count: int) -> None:
    """Every third entry is taken back."""
    _open(site, sites_path)
    for number in range(count):
        name = entries.append("Read", category="Access", document_type="Parallel", document_name=str(number))
        if number % 3 == 2:
            frappe.db.rollback()
            continue
        frappe.db.commit()
        sys.stdout.write(f"{name}\n")
    frappe.destroy()


def _seal(site: str, sites_path: str, done: threading.Event) -> None:
    _open(site, sites_path)
    while not done.is_set():
        sealing.seal_in_background()
        frappe.db.rollback()
        time.sleep(0.01)
    frappe.destroy()


def _open(site: str, sites_path: str) -> None:
    frappe.init(site=site, sites_path=sites_path)
    frappe.connect()
    frappe.set_user("Administrator")


if __name__ == "__main__":
    main(*sys.argv[1:])
