"""Puts the scheduled jobs of all sites into the queue when they are due. The `schedule` process."""

from __future__ import annotations

import time
from typing import NoReturn

import frappe
from frappe.utils import cint, get_sites

TICK_SECONDS = 60


def start_scheduler() -> NoReturn:
    tick = get_scheduler_tick()
    print(f"Scheduler looks every {tick} s", flush=True)
    while True:
        time.sleep(tick - time.time() % tick)
        enqueue_events_for_all_sites()


def get_scheduler_tick() -> int:
    return cint(frappe.get_common_site_config(".").get("scheduler_tick_interval")) or TICK_SECONDS


def enqueue_events_for_all_sites() -> None:
    for site in get_sites("."):
        try:
            enqueue_events_for_site(site)
        except Exception as error:
            print(f"Scheduler: {site}: {error}", flush=True)


def enqueue_events_for_site(site: str) -> None:
    frappe.init(site=site)
    try:
        frappe.connect()
        if not is_scheduler_inactive():
            enqueue_events(site)
    finally:
        frappe.destroy()


def enqueue_events(site: str) -> list[str] | None:
    """The methods put into the queue now."""
    enqueued = []
    for name in frappe.get_all("Scheduled Job Type", filters={"stopped": 0}, pluck="name"):
        job = frappe.get_doc("Scheduled Job Type", name)
        if job.enqueue():
            enqueued.append(job.method)
    return enqueued


def is_scheduler_inactive() -> bool:
    """Stopped by the site's configuration or in System Settings."""
    if any(
        frappe.local.conf.get(key) for key in ("maintenance_mode", "pause_scheduler", "disable_scheduler")
    ):
        return True
    return not cint(frappe.db.get_single_value("System Settings", "enable_scheduler"))


def toggle_scheduler(enable: bool | int) -> None:
    frappe.db.set_single_value("System Settings", "enable_scheduler", int(enable))
