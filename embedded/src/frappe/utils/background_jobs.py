"""Jobs outside the request: `enqueue` puts them into a queue, the worker process runs them.

The queue is a SQLite file of its own beside the site's database (<site>/jobs.db), so that a waiting
job neither needs nor blocks the transaction of the request, as with Redis on a bench.
"""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import frappe

QUEUES = {"short": 300, "default": 300, "long": 1500}
POLL_SECONDS = 0.5
ATTEMPTS = 2
KEEP_DONE_SECONDS = 7 * 24 * 3600

SCHEMA = """
create table if not exists job (
    id text primary key, queue text not null, status text not null, at_front integer not null,
    created real not null, ended real, worker integer, attempts integer not null default 0,
    timeout integer not null, name text not null, call blob not null, error text
);
create index if not exists job_waiting on job (status, at_front, created);
"""


class Job(frappe._dict):
    """What `enqueue` gives back: id and status of the job when it was put into the queue."""


def enqueue(
    method: str | Callable,
    queue: str = "default",
    timeout: int | None = None,
    event: Any = None,
    is_async: bool = True,
    job_name: str | None = None,
    now: bool = False,
    enqueue_after_commit: bool = False,
    *,
    on_success: Callable | None = None,
    on_failure: Callable | None = None,
    at_front: bool = False,
    job_id: str | None = None,
    deduplicate: bool = False,
    **kwargs: Any,
) -> Any:
    """Runs `method(**kwargs)` later as the same user; `now` runs it at once and gives its answer.

    `deduplicate` needs a `job_id` and does nothing while a job of that id waits or runs.
    """
    if now or (not is_async and not frappe.flags.in_test):
        return frappe.call(method, **kwargs)
    validate_queue(queue)
    if deduplicate and not job_id:
        frappe.throw(frappe._("`job_id` parameter is required for deduplication."))
    if deduplicate and job_id and is_job_enqueued(job_id):
        return None
    call = {
        "site": frappe.local.site,
        "user": frappe.session.user,
        "method": _dotted(method),
        "event": event,
        "job_name": job_name or _dotted(method),
        "is_async": is_async,
        "kwargs": kwargs,
        "on_success": on_success and _dotted(on_success),
        "on_failure": on_failure and _dotted(on_failure),
    }
    job = Job(id=create_job_id(job_id or str(uuid4())), queue=queue, timeout=timeout or QUEUES[queue])
    if enqueue_after_commit:
        frappe.db.after_commit.add(lambda: _put(job, call, at_front))
        return None
    return _put(job, call, at_front)


def enqueue_doc(
    doctype: str,
    name: str | None = None,
    method: str | None = None,
    queue: str = "default",
    timeout: int = 300,
    now: bool = False,
    **kwargs: Any,
) -> Any:
    """Runs a method of a document later."""
    return enqueue(
        "frappe.utils.background_jobs.run_doc_method",
        doctype=doctype,
        name=name,
        doc_method=method,
        queue=queue,
        timeout=timeout,
        now=now,
        **kwargs,
    )


def run_doc_method(doctype: str, name: str, doc_method: str, **kwargs: Any) -> None:
    getattr(frappe.get_doc(doctype, name), doc_method)(**kwargs)


def _dotted(method: str | Callable) -> str:
    return method if isinstance(method, str) else f"{method.__module__}.{method.__qualname__}"


def validate_queue(queue: str, default_queue_list: list[str] | None = None) -> None:
    allowed = default_queue_list or list(QUEUES)
    if queue not in allowed:
        frappe.throw(frappe._("Queue should be one of {0}").format(", ".join(allowed)))


def create_job_id(job_id: str) -> str:
    return f"{frappe.local.site}||{job_id}"


# -- the queue ----------------------------------------------------------------


@contextmanager
def _queue(site: str | None = None) -> Iterator[sqlite3.Connection]:
    path = os.path.join(
        frappe.local.sites_path if site is None else ".", site or frappe.local.site, "jobs.db"
    )
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("pragma journal_mode = wal")
        connection.executescript(SCHEMA)
        yield connection
    finally:
        connection.close()


def _put(job: Job, call: dict[str, Any], at_front: bool) -> Job:
    row = (
        job.id,
        job.queue,
        "queued",
        int(at_front),
        time.time(),
        job.timeout,
        call["job_name"],
        pickle.dumps(call),
    )
    with _queue() as queue:
        queue.execute(
            "insert or replace into job (id, queue, status, at_front, created, timeout, name, call)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
    return job


def get_job_status(job_id: str) -> str | None:
    """queued, started, finished, failed, or None for an unknown job."""
    full = job_id if "||" in job_id else create_job_id(job_id)
    with _queue() as queue:
        row = queue.execute("select status from job where id = ?", (full,)).fetchone()
    return str(row["status"]) if row else None


def is_job_enqueued(job_id: str) -> bool:
    return get_job_status(job_id) in ("queued", "started")


# -- the worker ---------------------------------------------------------------


def start_worker(queue: str | None = None, quiet: bool = False, burst: bool = False) -> None:
    """Runs the jobs of all sites of the bench, oldest first, until it is stopped."""
    queues = queue.split(",") if queue else list(QUEUES)
    signal.signal(signal.SIGTERM, _stop)
    for site in _sites_with_jobs():
        _take_back_lost_jobs(site)
    if not quiet:
        print(f"Worker waits for jobs of {', '.join(queues)}", flush=True)
    while True:
        ran = [_run_next(site, queues, quiet) for site in _sites_with_jobs()]
        if not any(ran):
            if burst:
                return
            time.sleep(POLL_SECONDS)


def _stop(signum: int, frame: Any) -> None:
    raise SystemExit(0)


def _sites_with_jobs() -> list[str]:
    return [site for site in frappe.utils.get_sites(".") if os.path.exists(os.path.join(site, "jobs.db"))]


def _take_back_lost_jobs(site: str) -> None:
    """Jobs whose worker has died wait again, once; their transaction was rolled back."""
    with _queue(site) as queue:
        for row in queue.execute("select id, worker, attempts from job where status = 'started'").fetchall():
            if not _is_alive(row["worker"]):
                status = "queued" if row["attempts"] < ATTEMPTS else "failed"
                queue.execute(
                    "update job set status = ?, error = 'the worker was stopped' where id = ?",
                    (status, row["id"]),
                )
        queue.execute("delete from job where ended < ?", (time.time() - KEEP_DONE_SECONDS,))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _run_next(site: str, queues: list[str], quiet: bool) -> bool:
    job = _take(site, queues)
    if job is None:
        return False
    call = pickle.loads(job["call"])
    started, error = time.time(), None
    try:
        with _time_limit(job["timeout"]):
            execute_job(**call)
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
    with _queue(site) as queue:
        queue.execute(
            "update job set status = ?, ended = ?, error = ? where id = ?",
            ("failed" if error else "finished", time.time(), error, job["id"]),
        )
    if not quiet:
        print(f"{site} {job['name']}: {error or 'done'} ({time.time() - started:.2f} s)", flush=True)
    return True


def _take(site: str, queues: list[str]) -> sqlite3.Row | None:
    marks = ", ".join("?" for _ in queues)
    with _queue(site) as queue:
        row: sqlite3.Row | None = queue.execute(
            "update job set status = 'started', worker = ?, attempts = attempts + 1 where id = ("
            f"select id from job where status = 'queued' and queue in ({marks})"
            " order by at_front desc, created limit 1) returning id, name, timeout, call",
            (os.getpid(), *queues),
        ).fetchone()
    return row


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    def too_long(signum: int, frame: Any) -> None:
        raise TimeoutError(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(max(1, int(seconds)))
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def execute_job(
    site: str,
    method: str,
    event: Any,
    job_name: str,
    kwargs: dict[str, Any],
    user: str | None = None,
    is_async: bool = True,
    retry: int = 0,
    on_success: str | None = None,
    on_failure: str | None = None,
) -> Any:
    """One job in one transaction; an error rolls back, is written to the Error Log and raised."""
    frappe.init(site=site)
    frappe.connect()
    frappe.local.job = frappe._dict(site=site, method=method, job_name=job_name, kwargs=kwargs, user=user)
    try:
        if user:
            frappe.set_user(user)
        answer = frappe.get_attr(method)(**kwargs)
        frappe.db.commit()
        if on_success:
            frappe.get_attr(on_success)(answer)
            frappe.db.commit()
        return answer
    except Exception as failure:
        frappe.db.rollback()
        frappe.log_error(title=method)
        frappe.db.commit()
        if on_failure:
            frappe.get_attr(on_failure)(failure)
            frappe.db.commit()
        raise
    finally:
        frappe.destroy()
