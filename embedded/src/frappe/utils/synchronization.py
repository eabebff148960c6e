"""Locks between processes of one site."""

import contextlib
import os
from collections.abc import Generator
from typing import Any

import frappe


@contextlib.contextmanager
def filelock(lock_name: str, *, timeout: int = 30, is_global: bool = False) -> Generator[None, None, None]:
    """Holds a lock file while the block runs; LockTimeoutError when it stays taken for `timeout` seconds."""
    folder = os.path.join(frappe.local.sites_path, "locks") if is_global else frappe.get_site_path("locks")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, lock_name + ".lock"), "w") as handle:
        _take(handle, lock_name, timeout)
        yield


def _take(handle: Any, lock_name: str, timeout: int) -> None:
    import fcntl
    import time

    until = time.monotonic() + timeout
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until:
                from frappe.utils.file_lock import LockTimeoutError

                raise LockTimeoutError(f"{lock_name} is still locked after {timeout} seconds") from None
            time.sleep(0.05)
