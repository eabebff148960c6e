"""One row per scheduled method of the installed apps: when it is due, when it last ran."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from croniter import croniter

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime
from frappe.utils.background_jobs import enqueue, is_job_enqueued

CRON_OF_FREQUENCY = {
    "Yearly": "0 0 1 1 *",
    "Annual": "0 0 1 1 *",
    "Monthly": "0 0 1 * *",
    "Monthly Long": "0 0 1 * *",
    "Weekly": "0 0 * * 0",
    "Weekly Long": "0 0 * * 0",
    "Daily": "0 0 * * *",
    "Daily Long": "0 0 * * *",
    "Daily Maintenance": "0 0 * * *",
    "Hourly": "0 * * * *",
    "Hourly Long": "0 * * * *",
    "Hourly Maintenance": "0 * * * *",
    "All": "*/4 * * * *",
}


class ScheduledJobType(Document):
    def autoname(self) -> None:
        self.name = ".".join(self.method.split(".")[-2:])

    def validate(self) -> None:
        if self.frequency == "Cron" and not (self.cron_format and croniter.is_valid(self.cron_format)):
            frappe.throw(frappe._("{0} is not a valid Cron expression.").format(self.cron_format))

    def enqueue(self, force: bool = False) -> bool:
        """Puts the job into the queue when it is due and not there already."""
        if not (force or self.is_event_due()):
            return False
        job_id = f"scheduled_job::{self.method}"
        if is_job_enqueued(job_id):
            return False
        self._note_start()
        enqueue(
            "frappe.core.doctype.scheduled_job_type.scheduled_job_type.run_scheduled_job",
            queue="long" if "Long" in self.frequency else "default",
            job_id=job_id,
            job_name=self.method,
            scheduled_job_type=self.name,
            job_type=self.method,
        )
        return True

    def _note_start(self) -> None:
        self.db_set("last_execution", now_datetime(), update_modified=False)
        frappe.db.commit()

    def is_event_due(self, current_time: datetime | None = None) -> bool:
        return self.get_next_execution() <= (current_time or now_datetime())

    def get_next_execution(self) -> datetime:
        line = self.cron_format if self.frequency == "Cron" else CRON_OF_FREQUENCY[self.frequency]
        last = get_datetime(self.last_execution or self.creation)
        found: datetime = croniter(line, last).get_next(datetime)
        return found

    def execute(self) -> None:
        """Runs the method in this process and writes the result to Scheduled Job Log."""
        status, details = "Complete", None
        try:
            frappe.get_attr(self.method)()
            frappe.db.commit()
        except Exception:
            frappe.db.rollback()
            status, details = "Failed", frappe.get_traceback()
            frappe.log_error(f"{self.method} failed")
        if self.create_log or status == "Failed":
            log = {"doctype": "Scheduled Job Log", "scheduled_job_type": self.name}
            frappe.get_doc({**log, "status": status, "details": details}).insert(ignore_permissions=True)
        frappe.db.commit()


def run_scheduled_job(scheduled_job_type: str, job_type: str | None = None) -> None:
    frappe.get_doc("Scheduled Job Type", scheduled_job_type).execute()


def sync_jobs(hooks: dict[str, Any] | None = None) -> None:
    """Makes the rows agree with `scheduler_events` in the hooks of the installed apps."""
    wanted = _wanted(hooks or frappe.get_hooks("scheduler_events", {}))
    known = {
        row.method: row
        for row in frappe.get_all("Scheduled Job Type", fields=["name", "method", "frequency", "cron_format"])
    }
    for method, (frequency, cron_format) in wanted.items():
        row = known.pop(method, None)
        if row is None:
            _insert(method, frequency, cron_format)
        elif (row.frequency, row.cron_format or None) != (frequency, cron_format):
            frappe.db.set_value(
                "Scheduled Job Type", row.name, {"frequency": frequency, "cron_format": cron_format}
            )
    for row in known.values():
        frappe.delete_doc("Scheduled Job Type", row.name, force=True, ignore_permissions=True)


def _wanted(events: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    found: dict[str, tuple[str, str | None]] = {}
    for event, methods in events.items():
        if event == "cron":
            for line, listed in methods.items():
                found.update(dict.fromkeys(listed, ("Cron", line)))
        else:
            frequency = event.replace("_", " ").title()
            found.update(dict.fromkeys(methods, (frequency, None)))
    return found


def _insert(method: str, frequency: str, cron_format: str | None) -> None:
    values = {"method": method, "frequency": frequency, "cron_format": cron_format, "create_log": 1}
    frappe.get_doc({"doctype": "Scheduled Job Type", **values}).insert(ignore_permissions=True)
