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
        if not is_scheduler_inactive(verbose=False):
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


def is_scheduler_inactive(verbose: bool = True) -> bool:
    conf = frappe.local.conf
    reasons = {
        "maintenance_mode is on": conf.get("maintenance_mode"),
        "pause_scheduler is on": conf.get("pause_scheduler"),
    }
    for reason, holds in reasons.items():
        if holds:
            if verbose:
                print(f"{frappe.local.site}: {reason}")
            return True
    return is_scheduler_disabled(verbose=verbose)


def is_scheduler_disabled(verbose: bool = True) -> bool:
    if frappe.local.conf.get("disable_scheduler"):
        return True
    disabled = not frappe.utils.cint(frappe.db.get_single_value("System Settings", "enable_scheduler"))
    if disabled and verbose:
        print(f"{frappe.local.site}: the scheduler is disabled in System Settings")
    return disabled


def toggle_scheduler(enable: bool | int) -> None:
    frappe.db.set_single_value("System Settings", "enable_scheduler", int(enable))


def enable_scheduler() -> None:
    toggle_scheduler(True)


def disable_scheduler() -> None:
    toggle_scheduler(False)
