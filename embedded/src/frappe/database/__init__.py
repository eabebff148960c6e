"""Opens, makes and drops a site's database. SQLite only; the file is sites/<site>/site.db."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frappe.database.sqlite.database import SQLiteDatabase


def get_db(
    socket: str | None = None,
    host: str | None = None,
    user: str | None = None,
    password: str | None = None,
    port: int | None = None,
    cur_db_name: str | None = None,
) -> SQLiteDatabase:
    """The database of the current site; the connection opens at its first use."""
    from frappe.database.sqlite.database import SQLiteDatabase

    return SQLiteDatabase(cur_db_name=cur_db_name)


def setup_database(force: bool = False, **options: Any) -> None:
    """An empty database file; `force` replaces an existing one."""
    path = database_path()
    if force:
        drop_user_and_database()
    elif os.path.exists(path):
        raise FileExistsError(f"Database {path} already exists")
    open(path, "x").close()


def bootstrap_database(**options: Any) -> None:
    """The tables that must be there before the first DocType is synced."""
    import frappe
    from frappe.database.sqlite.bootstrap import create_first_tables

    frappe.connect(set_admin_as_user=False)
    create_first_tables()


def drop_user_and_database(*options: Any, **more: Any) -> None:
    """Removes the file."""
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(database_path() + suffix):
            os.remove(database_path() + suffix)


def database_path() -> str:
    import frappe

    return os.path.abspath(os.path.join(frappe.local.site_path, "site.db"))
