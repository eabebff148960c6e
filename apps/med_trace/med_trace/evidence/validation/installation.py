"""Installation check of the user's own site: what is installed is what should be, and it is protected. Reads only."""

from __future__ import annotations

import ctypes
import os
import platform
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import erpnext
import frappe
import med_trace
from frappe.utils import get_system_timezone, now_datetime
from med_trace.domain.errors import TraceError
from med_trace.evidence.retention import default_years
from med_trace.ledger import append_only, verify
from med_trace.ledger.audit import keys, sealing, vault
from med_trace.ledger.audit import verify as verify_audit

NOTED, OK, WRONG = "noted", "ok", "wrong"
LONGEST_UNSEALED = timedelta(minutes=30)
OLDEST_BACKUP = timedelta(hours=26)
CLOCK_OFFSET = 2.0  # seconds between this process and the database
UNSYNCHRONISED = 0x0040  # STA_UNSYNC of adjtimex(2)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `noted`: a fact for the reader, with nothing to be held against."""

    group: str
    what: str
    found: str
    result: str = NOTED
    expected: str = ""


def checks() -> list[dict[str, str]]:
    """Every check; one that cannot be made is wrong and says why."""
    found: list[Check] = []
    for look in LOOKS:
        try:
            found += look()
        except Exception as error:
            found.append(
                Check("Installation", look.__name__.strip("_"), f"{type(error).__name__}: {error}", WRONG)
            )
    return [asdict(check) for check in found]


def _verdict(is_good: bool) -> str:
    return OK if is_good else WRONG


# -- what is installed


def _versions() -> Iterator[Check]:
    site = dict(frappe.db.sql("select app_name, app_version from `tabInstalled Application`"))
    for name, module in (("frappe", frappe), ("erpnext", erpnext), ("med_trace", med_trace)):
        running, installed = module.__version__, (site.get(name) or "").split(" ")[0]
        yield Check("Versions", name, running, _verdict(installed in (running, "")), installed)
    yield Check(
        "Versions",
        "Python",
        platform.python_version(),
        _verdict(sys.version_info >= (3, 10)),
        "3.10 or newer",
    )
    yield Check("Versions", "Database", f"{frappe.db.db_type} {_database_version()}")
    yield Check("Versions", "Operating system", platform.platform())


def _database_version() -> str:
    query = "select version()" if frappe.db.db_type == "mariadb" else "select sqlite_version()"
    return str(frappe.db.sql(query)[0][0])


def _printing() -> Iterator[Check]:
    from med_trace.evidence.printing import FONTS
    from med_trace.ledger.pdf import pdf_of

    content = pdf_of("<p>ok</p>")
    yield Check(
        "Versions", "PDF", f"{len(content)} bytes", _verdict(content.startswith(b"%PDF")), "a PDF can be made"
    )
    fonts = sorted(path.name for path in FONTS.glob("*.woff2"))
    yield Check("Versions", "Fonts", ", ".join(fonts), _verdict(len(fonts) == 2), "2 fonts")


# -- what protects it


def _triggers() -> Iterator[Check]:
    lacking = append_only.missing()
    found = ", ".join(lacking) or f"{len(append_only.wanted())} triggers"
    yield Check("Protection", "Append-only tables", found, _verdict(not lacking), "all triggers as installed")


def _key_files() -> Iterator[Check]:
    folder = vault.folder()
    mode = stat.S_IMODE(folder.stat().st_mode)
    yield Check("Protection", "Folder of the keys", oct(mode)[2:], _verdict(mode == vault.FOLDER_MODE), "700")
    loose = [
        f"{path.name} {oct(stat.S_IMODE(path.stat().st_mode))[2:]}"
        for path in sorted(folder.iterdir())
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    yield Check(
        "Protection", "Files of the keys", ", ".join(loose) or "own user only", _verdict(not loose), "600"
    )
    try:
        found, is_good = keys.signing_key().key_id, True
    except TraceError as error:
        found, is_good = str(error), False
    yield Check("Protection", "Signing key", found, _verdict(is_good), "the key introduced last")


def _sealing() -> Iterator[Check]:
    count, oldest = sealing.waiting()
    age = now_datetime() - oldest if oldest else timedelta(0)
    found = f"{count} entries, the oldest {_age(age)} old" if count else "none"
    yield Check(
        "Protection",
        "Entries waiting for a seal",
        found,
        _verdict(age <= LONGEST_UNSEALED),
        "at most 30 minutes old",
    )
    url = frappe.db.get_single_value("Trace Settings", "tsa_url")
    yield Check("Protection", "Time stamps by others (RFC 3161)", url or "none configured")


def _verification() -> Iterator[Check]:
    ledger, trail = verify.findings(), verify_audit.findings()
    for what, found in (("Ledger", ledger), ("Audit trail", trail)):
        said = "no findings" if not found else f"{len(found)} findings, the first: {found[0]}"
        yield Check("Protection", f"{what} verified", said, _verdict(not found), "no findings")


# -- who may do what


def _roles() -> Iterator[Check]:
    wanted = {row["name"] for row in frappe.parse_json(_fixture("role.json"))}
    there = set(frappe.get_all("Role", filters={"name": ["in", sorted(wanted)], "disabled": 0}, pluck="name"))
    lacking = ", ".join(sorted(wanted - there))
    yield Check(
        "Roles", "Roles of the app", lacking or f"{len(there)} roles", _verdict(not lacking), "all, enabled"
    )
    own = frappe.get_all(
        "DocType", filters={"module": ["in", frappe.get_module_list("med_trace")]}, pluck="name"
    )
    changed = frappe.get_all("Custom DocPerm", filters={"parent": ["in", own]}, pluck="parent", distinct=True)
    yield Check("Roles", "Permissions changed on this site", ", ".join(sorted(set(changed))) or "none")
    rules = frappe.db.count("Signature Rule")
    yield Check("Roles", "Signature rules", str(rules), _verdict(rules > 0), "at least one")


def _fixture(name: str) -> str:
    return (Path(med_trace.__file__).parent / "fixtures" / name).read_text(encoding="utf-8")


# -- time, work in the background, backups


def _clock() -> Iterator[Check]:
    now = (
        "select now(6)"
        if frappe.db.db_type == "mariadb"
        else "select strftime('%Y-%m-%d %H:%M:%f', 'now', 'localtime')"
    )
    said = frappe.db.sql(now)[0][0]
    there = said if isinstance(said, datetime) else datetime.fromisoformat(str(said))
    offset = abs((datetime.now() - there).total_seconds())
    yield Check(
        "Time",
        "Clock of the database",
        f"{offset:.3f} s apart",
        _verdict(offset <= CLOCK_OFFSET),
        f"at most {CLOCK_OFFSET:g} s",
    )
    state = _time_source()
    yield Check(
        "Time",
        "Clock of the system",
        state or "cannot be asked here",
        NOTED if state is None else _verdict("not" not in state),
        "synchronised with a time source",
    )
    yield Check("Time", "Time zone", f"site {get_system_timezone()}, system {time.tzname[0]}")


def _time_source() -> str | None:
    """What the kernel says of its clock; None where there is no such call."""
    buffer = ctypes.create_string_buffer(512)
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(buffer)
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    status = int.from_bytes(buffer.raw[40:44], sys.byteorder)
    error = int.from_bytes(buffer.raw[32:40], sys.byteorder) / 1e6
    return "not synchronised" if status & UNSYNCHRONISED else f"synchronised, error at most {error:.3f} s"


def _background() -> Iterator[Check]:
    on = bool(int(frappe.db.get_single_value("System Settings", "enable_scheduler") or 0))
    on = on and not frappe.conf.get("pause_scheduler") and not frappe.conf.get("maintenance_mode")
    yield Check("Work in the background", "Scheduler", "on" if on else "off", _verdict(on), "on")
    query = "select max(last_execution) from `tabScheduled Job Type`"
    last = frappe.db.sql(query)[0][0]
    age = now_datetime() - last if last else None
    found = f"{_age(age)} ago" if age is not None else "never"
    yield Check(
        "Work in the background",
        "Last job of the worker",
        found,
        _verdict(age is not None and age < timedelta(hours=1)),
        "within the last hour",
    )


def _backups() -> Iterator[Check]:
    folder = Path(frappe.get_site_path("private", "backups"))
    files = [path for path in folder.glob("*") if path.is_file()] if folder.is_dir() else []
    newest = max((path.stat().st_mtime for path in files), default=None)
    age = timedelta(seconds=time.time() - newest) if newest else None
    found = f"{len(files)} files, the newest {_age(age)} old" if age is not None else "none on this machine"
    yield Check(
        "Backups",
        "Backups of the site",
        found,
        _verdict(age is not None and age <= OLDEST_BACKUP),
        "one of the last day",
    )
    beside = vault.folder().is_relative_to(folder.absolute())
    yield Check(
        "Backups",
        "Keys are not among the backups",
        str(vault.folder()),
        _verdict(not beside),
        "another folder",
    )
    yield Check("Backups", "Retention", f"{default_years()} years")
    yield Check("Backups", "Free space", _free_space(folder if folder.is_dir() else Path(".")))


def _free_space(folder: Path) -> str:
    found = os.statvfs(folder)
    return f"{found.f_bavail * found.f_frsize / 1e9:.1f} GB"


def _age(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


LOOKS: tuple[Callable[[], Iterator[Check]], ...] = (
    *(_versions, _printing, _triggers, _key_files, _sealing, _verification),
    *(_roles, _clock, _background, _backups),
)
