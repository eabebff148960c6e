"""Commands of the background processes: worker, schedule, and their switches."""

from __future__ import annotations

from typing import Any

import click

import frappe
from frappe.commands import on_site, pass_context


@click.command("worker")
@click.option("--queue", help="Only these queues, separated by commas")
@click.option("--quiet", is_flag=True, default=False, help="No line per job")
@click.option("--burst", is_flag=True, default=False, help="End when nothing is left to do")
def start_worker(queue: str | None, quiet: bool = False, burst: bool = False) -> None:
    """Start a background worker"""
    from frappe.utils.background_jobs import start_worker

    start_worker(queue, quiet=quiet, burst=burst)


@click.command("schedule")
def start_scheduler() -> None:
    """Start the scheduler process"""
    from frappe.utils.scheduler import start_scheduler

    start_scheduler()


@click.command("scheduler")
@click.argument("state", type=click.Choice(["pause", "resume", "disable", "enable", "status"]))
@pass_context
def scheduler(context: dict[str, Any], state: str) -> None:
    """Enable, disable, pause or resume the scheduler of the site"""
    import frappe.utils.scheduler as switches
    from frappe.installer import update_site_config

    for site in context["sites"]:
        with on_site(site):
            if state in ("enable", "disable"):
                switches.toggle_scheduler(state == "enable")
                frappe.db.commit()
            elif state in ("pause", "resume"):
                update_site_config("pause_scheduler", int(state == "pause"))
            status = "disabled" if switches.is_scheduler_inactive() else "enabled"
            click.echo(f"Scheduler is {status} for site {site}")


@click.command("trigger-scheduler-event")
@click.argument("event")
@pass_context
def trigger_scheduler_event(context: dict[str, Any], event: str) -> None:
    """Run the scheduled jobs of one event (hourly, daily, ...) or one method now"""
    for site in context["sites"]:
        with on_site(site):
            by_event = {"frequency": event.replace("_", " ").title()}
            names = frappe.get_all("Scheduled Job Type", filters=by_event, pluck="name")
            names = names or frappe.get_all("Scheduled Job Type", filters={"method": event}, pluck="name")
            if not names:
                raise click.ClickException(f"No scheduled job for {event}")
            for name in names:
                frappe.get_doc("Scheduled Job Type", name).execute()


commands = [start_worker, start_scheduler, scheduler, trigger_scheduler_event]
