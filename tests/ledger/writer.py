"""One of several writers: ships single pieces of a lot, a transaction each. Prints how many went through.

python writer.py SITE SITES_PATH LOT ATTEMPTS [EVENT_ID]
"""

import sys
from decimal import Decimal

import frappe
from med_trace.domain.errors import NotEnough
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger.service import record


def main(site: str, sites_path: str, lot: str, attempts: str, event_id: str | None = None) -> None:
    frappe.init(site=site, sites_path=sites_path)
    frappe.connect()
    frappe.set_user("Administrator")
    print(sum(_ship_one(lot, event_id) for _ in range(int(attempts))))
    frappe.destroy()


def _ship_one(lot: str, event_id: str | None) -> int:
    try:
        record(EventDraft(EventType.SHIPPED, (Row(Action.SHIP, lot, Decimal(1)),), event_id=event_id))
        frappe.db.commit()
        return 1
    except NotEnough:
        frappe.db.rollback()
        return 0


if __name__ == "__main__":
    main(*sys.argv[1:])
