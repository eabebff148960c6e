"""Background jobs: put aside by the request, run by the worker in one transaction, asked for their state."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import frappe
from frappe.utils.background_jobs import enqueue, get_job_status, is_job_enqueued
from web import Client

embedded_only = pytest.mark.skipif(
    bool(os.environ.get("MED_TRACE_BENCH")), reason="a bench's own workers take its jobs"
)


def test_now_runs_at_once_and_gives_the_answer() -> None:
    assert frappe.enqueue("frappe.utils.cint", now=True, s="7") == 7


def test_unknown_queue_is_refused() -> None:
    with pytest.raises(frappe.ValidationError):
        frappe.enqueue("frappe.utils.cint", queue="nowhere", s="7")


@embedded_only
def test_worker_commits_what_the_job_did(commands, client: Client) -> None:
    enqueue("frappe.client.insert", doc={"doctype": "ToDo", "description": "by the worker"}, job_id="one")
    assert get_job_status("one") == "queued"
    done = commands("worker", "--burst")
    assert done.returncode == 0, done.stderr
    assert get_job_status("one") == "finished", done.stdout + done.stderr
    frappe.db.rollback()
    assert frappe.db.exists("ToDo", {"description": "by the worker"})


@embedded_only
def test_failed_job_is_rolled_back_and_logged(commands, client: Client) -> None:
    enqueue("frappe.client.insert", doc={"doctype": "ToDo"}, job_id="bad")
    commands("worker", "--burst")
    frappe.db.rollback()
    assert get_job_status("bad") == "failed"
    assert frappe.db.exists("Error Log", {"method": "frappe.client.insert"})


@embedded_only
def test_same_job_is_not_put_aside_twice(client: Client) -> None:
    for _time in range(2):
        enqueue("frappe.utils.now", job_id="same", deduplicate=True)
    assert is_job_enqueued("same")
    assert enqueue("frappe.utils.now", job_id="same", deduplicate=True) is None


@embedded_only
def test_job_of_a_rolled_back_request_does_not_run(client: Client) -> None:
    enqueue("frappe.utils.now", job_id="after", enqueue_after_commit=True)
    frappe.db.rollback()
    frappe.db.commit()
    assert get_job_status("after") is None


@embedded_only
def test_job_of_a_killed_worker_runs_again(commands, client: Client, sites_path: Path) -> None:
    import sqlite3

    enqueue("frappe.utils.now", job_id="lost")
    queue = sqlite3.connect(sites_path / frappe.local.site / "jobs.db")
    queue.execute("update job set status = 'started', worker = 999999, attempts = 1 where id like '%lost'")
    queue.commit()
    queue.close()
    commands("worker", "--burst")
    assert get_job_status("lost") == "finished"


@embedded_only
def test_due_scheduled_job_is_put_into_the_queue_once(client: Client) -> None:
    from frappe.utils.scheduler import enqueue_events

    values = {"doctype": "Scheduled Job Type", "method": "frappe.utils.data.now", "frequency": "Hourly"}
    job = frappe.get_doc(values).insert()
    job.db_set("creation", "2020-01-01 00:00:00")
    job.reload()
    assert "frappe.utils.data.now" in (enqueue_events(frappe.local.site) or [])
    assert "frappe.utils.data.now" not in (enqueue_events(frappe.local.site) or [])
