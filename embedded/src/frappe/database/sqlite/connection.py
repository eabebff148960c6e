"""Connections to a site's file: one per context at a time, kept for the next one.

A kept connection saves opening the file, reading the schema and preparing statements anew. It is used
again only by the process that opened it and only while the path still is the same file.
"""

from __future__ import annotations

import atexit
import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from threading import Lock
from typing import Any

BUSY_SECONDS = 30.0
KEPT = 8
_Key = tuple[str, int, int, int]
_idle: dict[_Key, list[sqlite3.Connection]] = {}
_guard = Lock()


def acquire(path: str) -> tuple[_Key, sqlite3.Connection]:
    """A connection outside any transaction."""
    key = _key(path)
    with _guard:
        _close(known for known in _idle if known[:2] == key[:2] and known != key)
        kept = _idle.get(key)
        if kept:
            return key, kept.pop()
    return key, _open(path)


def release(key: _Key, connection: sqlite3.Connection) -> None:
    """Takes back a connection; whatever was not committed is rolled back."""
    if connection.in_transaction:
        connection.rollback()
    with _guard:
        kept = _idle.setdefault(key, [])
        if len(kept) < KEPT and key == _key(key[0]):
            kept.append(connection)
            return
    connection.close()


def _close(keys: Iterable[_Key]) -> None:
    for key in list(keys):
        for connection in _idle.pop(key):
            connection.close()


@atexit.register
def _close_own() -> None:
    """The last connection that closes moves the write-ahead log into the file."""
    _close(key for key in _idle if key[1] == os.getpid())


def _key(path: str) -> _Key:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return path, os.getpid(), 0, 0
    return path, os.getpid(), found.st_dev, found.st_ino


def _open(path: str) -> sqlite3.Connection:
    if not os.path.exists(path):
        raise sqlite3.OperationalError(f"unable to open database file: {path} does not exist")
    connection = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        detect_types=sqlite3.PARSE_DECLTYPES,
        check_same_thread=False,
        cached_statements=512,
    )
    for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000", "temp_store=MEMORY"):
        connection.execute(f"pragma {setting}")
    for name, arguments, function in _FUNCTIONS:
        connection.create_function(name, arguments, function)
    return connection


def _concat(*parts: Any) -> str | None:
    return None if None in parts else "".join(str(part) for part in parts)


_FUNCTIONS = (
    ("now", 0, lambda: str(datetime.now())),
    ("curdate", 0, lambda: str(datetime.now().date())),
    ("concat", -1, _concat),
)
