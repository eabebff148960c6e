"""Saves a site into <site>/private/backups and brings it back. The database is copied while it is in use."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import tarfile
import zlib
from datetime import datetime

import frappe


class BackupGenerator:
    """One backup: database, configuration and, when asked for, the files."""

    def __init__(
        self, backup_path: str | None = None, compress_files: bool = False, verbose: bool = False
    ) -> None:
        self.backup_path = backup_path or get_backup_path()
        self.compress_files = compress_files
        self.verbose = verbose
        stamp = datetime.now().strftime("%Y%m%d_%H%M%S")
        self.prefix = f"{stamp}-{frappe.local.site.replace('.', '_')}"
        self.paths: dict[str, str] = {}

    def get_backup(self, ignore_files: bool = False) -> None:
        os.makedirs(self.backup_path, exist_ok=True)
        self.paths["config"] = self._copy_site_config()
        self.paths["database"] = self._take_dump()
        if not ignore_files:
            self.paths["public"] = self._zip_files("public", "files")
            self.paths["private"] = self._zip_files("private", "private-files")

    def _path(self, ending: str) -> str:
        return os.path.join(self.backup_path, f"{self.prefix}-{ending}")

    def _copy_site_config(self) -> str:
        path = self._path("site_config_backup.json")
        shutil.copyfile(frappe.get_site_path("site_config.json"), path)
        return path

    def _take_dump(self) -> str:
        """A consistent copy by SQLite's online backup, compressed, complete before it gets its name."""
        path, part = self._path("database.db.gz"), self._path("database.part")
        source = sqlite3.connect(_database_path())
        copy = sqlite3.connect(part)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
        with open(part, "rb") as plain, gzip.open(path + ".part", "wb", compresslevel=6) as packed:
            shutil.copyfileobj(plain, packed, 1 << 20)
        os.replace(path + ".part", path)
        os.remove(part)
        return path

    def _zip_files(self, folder: str, ending: str) -> str:
        path = self._path(ending + (".tgz" if self.compress_files else ".tar"))
        with tarfile.open(path, "w:gz" if self.compress_files else "w") as archive:
            archive.add(frappe.get_site_path(folder, "files"), arcname=f"{folder}/files")
        return path

    def print_summary(self) -> None:
        for kind, path in self.paths.items():
            print(f"{kind:<9} {path} {os.path.getsize(path) / 1024:.1f} KiB")


def scheduled_backup(
    older_than: int = 6,
    ignore_files: bool = False,
    backup_path: str | None = None,
    compress: bool = False,
    force: bool = False,
    verbose: bool = False,
) -> BackupGenerator:
    done = BackupGenerator(backup_path=backup_path, compress_files=compress, verbose=verbose)
    done.get_backup(ignore_files=ignore_files)
    return done


def get_backup_path() -> str:
    return str(frappe.get_site_path("private", "backups"))


def _database_path() -> str:
    return str(frappe.get_site_path("site.db"))


def restore_database(path: str) -> None:
    """Replaces the database of the open site by that of a backup, after SQLite has found it sound."""
    if not os.path.exists(path):
        raise SystemExit(f"There is no file {path}")
    target = _database_path()
    part = target + ".restore"
    problem = _unpack(path, part) or _problem_of(part)
    if problem:
        os.remove(part)
        raise SystemExit(f"{path} is not a sound backup: {problem}. Nothing was changed.")
    for ending in ("-wal", "-shm"):
        if os.path.exists(target + ending):
            os.remove(target + ending)
    os.replace(part, target)


def _unpack(path: str, part: str) -> str | None:
    opener = gzip.open if path.endswith(".gz") else open
    try:
        with opener(path, "rb") as packed, open(part, "wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
    except (OSError, EOFError, zlib.error) as error:
        return str(error)
    return None


def _problem_of(path: str) -> str | None:
    database = sqlite3.connect(path)
    try:
        found = database.execute("pragma integrity_check").fetchone()[0]
        if found != "ok":
            return str(found)
        database.execute("select count(*) from `tabDocType`").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        database.close()
    return None


def restore_files(path: str) -> None:
    """Unpacks an archive of public or private files into the open site."""
    if not os.path.exists(path):
        raise SystemExit(f"There is no file {path}")
    root = os.path.abspath(frappe.get_site_path())
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            inside = os.path.abspath(os.path.join(root, member.name))
            if not inside.startswith(root + os.sep) or not (member.isfile() or member.isdir()):
                raise SystemExit(f"{path} holds {member.name}, which does not belong into the site")
        archive.extractall(root)
