"""The worker's part of the audit trail, without waiting for its ten minutes: seals again and again until killed.

python sealer.py SITE
"""

import random
import sys
import time

import frappe
from med_trace.ledger.audit.sealing import seal_in_background


def main(site: str) -> None:
    frappe.init(site=site, sites_path=".")
    frappe.connect()
    frappe.set_user("Administrator")
    print("sealing", flush=True)
    while True:
        seal_in_background()
        frappe.db.rollback()
        time.sleep(random.random() / 10)


if __name__ == "__main__":
    main(*sys.argv[1:])
