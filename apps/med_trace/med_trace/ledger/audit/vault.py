"""What of the audit trail lies outside the database: keys, the head of the chain, the journal.

`sites/<site>/private/audit/`, for the system's own user only. Who can write the database alone cannot make an
entry, a seal, or an earlier state of the trail look right.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import frappe

FOLDER_MODE, FILE_MODE = 0o700, 0o600
APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT
SIGNING, NEXT_SIGNING = "signing.key", "signing.next.key"
WRITER, HEAD = "writer.key", "head.json"
JOURNAL = "journal-{}.log"

_known_writer_keys: dict[str, tuple[tuple[int, int, int], tuple[bytes, ...]]] = {}


def folder() -> Path:
    """Made when it is not there, readable by its owner alone."""
    path = Path(frappe.get_site_path("private", "audit")).absolute()
    if not path.is_dir():
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        path.chmod(FOLDER_MODE)
    return path


# -- keys


def writer_keys() -> tuple[bytes, ...]:
    """The keys that authenticate entries, the one in use last; a first one is made when there is none.

    Asked with each entry: the file is read again only when it has changed.
    """
    path = _path_of(WRITER)
    try:
        found = os.stat(path)
    except FileNotFoundError:
        add_writer_key()
        found = os.stat(path)
    state, known = (found.st_mtime_ns, found.st_size, found.st_ino), _known_writer_keys.get(path)
    if known is None or known[0] != state:
        keys = tuple(bytes.fromhex(line) for line in Path(path).read_text().split())
        known = _known_writer_keys[path] = (state, keys)
    return known[1]


def add_writer_key() -> None:
    """A new key for writers; those before stay, for entries that wait for their seal."""
    _append(_path_of(WRITER), f"{secrets.token_hex(32)}\n")


def signing_seeds() -> list[bytes]:
    """The private keys that are there, raw: the one that seals and, while keys change, the one that will."""
    paths = (folder() / SIGNING, folder() / NEXT_SIGNING)
    return [bytes.fromhex(path.read_text().strip()) for path in paths if path.exists()]


def keep_next_signing_seed(seed: bytes) -> None:
    """Before the change of keys is committed, so that no crash loses the new one."""
    _replace(folder() / NEXT_SIGNING, seed.hex() + "\n")


def take_next_signing_seed() -> None:
    """After the change: the key before is gone and can sign nothing any more."""
    if (folder() / NEXT_SIGNING).exists():
        os.replace(folder() / NEXT_SIGNING, folder() / SIGNING)


# -- the head: the last seal, so that a cut tail is found


def head() -> dict[str, Any] | None:
    """number and hash of the last seal; None when nothing was sealed."""
    path = folder() / HEAD
    return json.loads(path.read_text()) if path.exists() else None


def keep_head(number: int, seal_hash: str) -> None:
    known = head()
    if known is None or known["number"] <= number:
        set_head(number, seal_hash)


def set_head(number: int, seal_hash: str) -> None:
    """Also back to an earlier seal: after a restore only."""
    _replace(folder() / HEAD, json.dumps({"number": number, "hash": seal_hash}) + "\n")


# -- the journal: what was committed, so that an entry removed before its seal is found


def write_journal(lines: Iterable[tuple[str, str]]) -> None:
    """Name and hash of entries that were just committed."""
    today = datetime.now(timezone.utc).date()
    text = "".join(f"{name} {entry_hash}\n" for name, entry_hash in lines)
    if text:
        _append(_path_of(JOURNAL.format(today.isoformat())), text)


def journals() -> list[Path]:
    return sorted(folder().glob(JOURNAL.format("*")))


def journal_lines(path: Path) -> Iterator[tuple[str, str]]:
    """A line that a crash cut short is left out."""
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            name, _, entry_hash = line.rstrip("\n").partition(" ")
            if line.endswith("\n") and entry_hash:
                yield name, entry_hash


def is_closed(path: Path) -> bool:
    """Whether nobody writes into this journal any more: it is not today's, nor yesterday's."""
    day = date.fromisoformat(path.stem.removeprefix("journal-"))
    return (datetime.now(timezone.utc).date() - day).days > 1


def put_journals_aside() -> None:
    """After a restore: what they name may be gone, and that is known."""
    _put_aside(journals(), "before-restore")


def put_everything_aside() -> None:
    """Keys and head of a trail whose database is gone; nothing is deleted."""
    _put_aside([path for path in folder().iterdir() if path.is_file()], "earlier-trail")


def _put_aside(paths: Sequence[Path], why: str) -> None:
    if paths:
        aside = folder() / f"{why}-{datetime.now(timezone.utc):%Y%m%dT%H%M%S%f}"
        aside.mkdir(mode=FOLDER_MODE)
        for path in paths:
            path.rename(aside / path.name)


# -- files


def _path_of(name: str) -> str:
    return frappe.get_site_path("private", "audit", name)


def wrong_modes() -> list[str]:
    """Files that others than their owner may read or write."""
    paths: Sequence[Path] = [folder(), *(path for path in folder().iterdir() if path.is_file())]
    open_ones = ((path, stat.S_IMODE(path.stat().st_mode)) for path in paths)
    return [f"{path.name} (mode {mode:o})" for path, mode in open_ones if mode & 0o077]


def replace_file(name: str, text: str) -> None:
    """A file of the vault, all of it or nothing."""
    _replace(folder() / name, text)


def _append(path: str, text: str) -> None:
    try:
        handle = os.open(path, APPENDING, FILE_MODE)
    except FileNotFoundError:
        folder()
        handle = os.open(path, APPENDING, FILE_MODE)
    try:
        os.write(handle, text.encode("ascii"))
    finally:
        os.close(handle)


def _replace(path: Path, text: str) -> None:
    """All of it or nothing, also when the machine stops in between."""
    part = path.with_suffix(f".{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
