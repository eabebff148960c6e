"""Makes the database itself refuse to change or delete what was recorded.

Triggers on the tables of events, rows, signatures and the audit trail; on MariaDB also the column that numbers
rows in the order in which they were written (SQLite has its rowid). One of two places that know the dialect.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe

TABLES = (
    *("Trace Event", "Trace Event Item", "Electronic Signature"),
    *("Audit Entry", "Audit Seal", "Audit Key", "Audit Anchor"),
)
ROWS = "Trace Event Item"
NUMBERED = (ROWS, "Audit Entry")
# Frappe keeps these beside a record's content: tags, comments, assignments, likes, who saw it.
FREE_COLUMNS = frozenset({"_user_tags", "_comments", "_assign", "_liked_by", "_seen"})
UNIQUE_COLUMNS = {
    "Trace Event": ("name", "event_id"),
    "Trace Event Item": ("name",),
    "Electronic Signature": ("name",),
    "Audit Entry": ("name",),
    "Audit Seal": ("name", "number"),
    "Audit Key": ("name", "key_id"),
    "Audit Anchor": ("name",),
}
REFUSAL = "The ledger is append-only"


@dataclass(frozen=True)
class Trigger:
    """One trigger of one table, as it has to be."""

    name: str
    table: str
    statement: str


def install() -> None:
    """Bring triggers and row numbers to what they have to be. Safe to run again."""
    _number_rows()
    existing = _existing()
    for trigger in wanted():
        if existing.get(trigger.name) == _essence(trigger.statement):
            continue
        if trigger.name in existing:
            frappe.db.sql_ddl(f"drop trigger `{trigger.name}`")
        frappe.db.sql_ddl(trigger.statement)


def missing() -> list[str]:
    """What of it is not in the database as it has to be; [] when all is well."""
    existing = _existing()
    lacking = [
        f"trigger {trigger.name} on tab{trigger.table}"
        for trigger in wanted()
        if existing.get(trigger.name) != _essence(trigger.statement)
    ]
    if _is_mariadb():
        lacking += [f"column seq of tab{table}" for table in NUMBERED if "seq" not in _columns(table)]
    return lacking


def sequence_column() -> str:
    """The column of the numbered tables that grows with every row written."""
    return "seq" if _is_mariadb() else "rowid"


def position() -> int:
    """The number of the last row written; 0 when there is none."""
    return frappe.db.sql(f"select coalesce(max({sequence_column()}), 0) from `tab{ROWS}`")[0][0]


def wanted() -> list[Trigger]:
    """The triggers that the present columns call for."""
    build = _for_mariadb if _is_mariadb() else _for_sqlite
    return [trigger for table in TABLES for trigger in build(table)]


def _for_sqlite(table: str) -> list[Trigger]:
    scrubbed = frappe.scrub(table)
    # Columns compare without regard to case; what was recorded does not.
    changed = " or ".join(
        f"new.`{column}` is not old.`{column}` collate binary"
        for column in ("rowid", *_guarded_columns(table))
    )
    refuse = f"begin select raise(abort, '{REFUSAL}: tab{table}'); end"
    no_delete, no_update = f"{scrubbed}_no_delete", f"{scrubbed}_no_update"
    no_replace = f"{scrubbed}_no_replace"
    # INSERT OR REPLACE deletes without firing delete triggers.
    known = " or ".join(f"`{column}` = new.`{column}`" for column in ("rowid", *UNIQUE_COLUMNS[table]))
    exists = f"exists (select 1 from `tab{table}` where {known})"
    return [
        Trigger(no_delete, table, f"create trigger `{no_delete}` before delete on `tab{table}` {refuse}"),
        Trigger(
            no_replace,
            table,
            f"create trigger `{no_replace}` before insert on `tab{table}` when {exists} {refuse}",
        ),
        Trigger(
            no_update,
            table,
            f"create trigger `{no_update}` before update on `tab{table}` when {changed} {refuse}",
        ),
    ]


def _for_mariadb(table: str) -> list[Trigger]:
    scrubbed = frappe.scrub(table)
    same = " and ".join(
        f"binary new.`{column}` <=> binary old.`{column}`" for column in _guarded_columns(table)
    )
    refuse = f"signal sqlstate '45000' set message_text = '{REFUSAL}: tab{table}'"
    no_delete, no_update = f"{scrubbed}_no_delete", f"{scrubbed}_no_update"
    return [
        Trigger(
            no_delete,
            table,
            f"create trigger `{no_delete}` before delete on `tab{table}` for each row {refuse}",
        ),
        Trigger(
            no_update,
            table,
            f"create trigger `{no_update}` before update on `tab{table}` for each row "
            f"begin if not ({same}) then {refuse}; end if; end",
        ),
    ]


def _existing() -> dict[str, str]:
    """Trigger -> its body, stripped to what can be compared."""
    if not _is_mariadb():
        rows = frappe.db.sql("select name, sql from sqlite_master where type = 'trigger'")
        return {name: _essence(sql) for name, sql in rows}
    rows = frappe.db.sql(
        """select trigger_name, action_timing, event_manipulation, event_object_table, action_statement
        from information_schema.triggers where trigger_schema = database()"""
    )
    return {
        name: _essence(f"create trigger `{name}` {timing} {event} on `{table}` for each row {body}")
        for name, timing, event, table, body in rows
    }


def _essence(statement: str) -> str:
    return " ".join(statement.replace("`", "").lower().split())


def _guarded_columns(table: str) -> list[str]:
    return sorted(column for column in _columns(table) if column not in FREE_COLUMNS)


def _columns(table: str) -> list[str]:
    return frappe.db.get_table_columns(table)


def _number_rows() -> None:
    for table in NUMBERED if _is_mariadb() else ():
        if not frappe.db.sql(f"show columns from `tab{table}` like 'seq'"):
            frappe.db.sql_ddl(
                f"alter table `tab{table}` add column seq bigint not null auto_increment unique"
            )


def _is_mariadb() -> bool:
    return frappe.db.db_type == "mariadb"
