"""Frappe's database on SQLite: connection, transactions, introspection.

Transactions. The first statement opens a deferred transaction: reads see one snapshot until commit or
rollback, as under MariaDB's REPEATABLE READ. Before the first write, the first `for update` and the first
savepoint, that read transaction is ended (it wrote nothing) and `BEGIN IMMEDIATE` starts a new one. It waits
its turn for the one write lock, up to 30 s, and then sees what the last writer committed. So a locking read
gives current data, a writer never works on a stale snapshot, and "cannot upgrade a read" does not occur. A wait
that takes too long raises QueryTimeoutError.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import frappe
from frappe.database.database import Database
from frappe.database.sqlite import connection
from frappe.database.sqlite.errors import SQLiteExceptionUtil
from frappe.database.sqlite.statement import CONTROL, DDL, READ, bind, kind_of, remembered
from frappe.database.sqlite.values import DECIMALS, as_stored, to_param
from frappe.database.utils import chunked, table_name

IDLE, READING, WRITING = "idle", "reading", "writing"
_Columns = dict[str, str]
_schemas: dict[tuple[Any, int], dict[str, _Columns]] = {}


class SQLiteDatabase(SQLiteExceptionUtil, Database):
    db_type = "sqlite"

    def __init__(self, cur_db_name: str | None = None, **options: Any) -> None:
        super().__init__(cur_db_name=cur_db_name, **options)
        self._conn: sqlite3.Connection | None = None
        self._cursor: Any = None
        self._state = IDLE
        self._key: Any = None

    # -- connection ----------------------------------------------------------

    def connect(self) -> None:
        self._key, self._conn = connection.acquire(self.path)
        self._cursor = self._conn.cursor()
        self._state = IDLE

    @property
    def path(self) -> str:
        from frappe.database import database_path

        return self.cur_db_name or database_path()

    def get_connection(self) -> sqlite3.Connection:
        if self._conn is None:
            self.connect()
        assert self._conn is not None
        return self._conn

    def close(self) -> None:
        if self._conn is not None:
            self._cursor.close()
            connection.release(self._key, self._conn)
            self._conn = self._cursor = None
            self._state = IDLE

    # -- statements ----------------------------------------------------------

    def _execute(self, query: str, values: Any) -> None:
        conn = self.get_connection()
        if self._state != IDLE and not conn.in_transaction:
            self._state = IDLE
            raise self.InternalError("SQLite rolled the transaction back; nothing of it was kept")
        kind, sql, params = bind(query, values) if values is not None else (*kind_of(query), ())
        if kind == READ:
            if self._state == IDLE:
                self._begin_reading()
        elif kind == CONTROL:
            self._control(sql)
            return
        else:
            self._count_write(kind)
            self._begin_writing()
        self._cursor.execute(sql, params)

    def _control(self, sql: str) -> None:
        word = sql.split()[0].lower()
        if word in ("commit", "rollback") and " to " not in sql.lower():
            if self._conn is not None and self._conn.in_transaction:
                self._cursor.execute(word)
            self._state = IDLE
        elif word in ("begin", "start"):
            self._control("commit")
        else:
            self._begin_writing()
            self._cursor.execute(sql)

    def _begin_reading(self) -> None:
        self._cursor.execute("begin")
        self._state = READING

    def _begin_writing(self) -> None:
        if self._state == WRITING:
            return
        if self._state == READING:
            self._cursor.execute("commit")
            self._state = IDLE
        self._cursor.execute("begin immediate")
        self._state = WRITING

    def _count_write(self, kind: str) -> None:
        if kind == DDL and self.transaction_writes:
            raise frappe.ImplicitCommitError("This statement can cause implicit commit")
        if kind != "lock":
            self.check_transaction_status()

    def _rows(self) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        if not _computes(self.last_query):
            return found
        return [tuple(_computed(value) for value in row) for row in found]

    def _iterate(self, query: str, values: Any) -> Iterator[tuple[Any, ...]]:
        if self._state == IDLE:
            self.get_connection()
            self._cursor = self._cursor or self.get_connection().cursor()
            self._begin_reading()
        _kind, sql, params = bind(query, values) if values is not None else (*kind_of(query), ())
        yield from self.get_connection().cursor().execute(sql, params)

    @staticmethod
    def escape(s: Any, percent: bool = True) -> str:
        """The text as an SQL literal; with `percent`, safe inside a statement that takes parameters."""
        text = str(s.decode() if isinstance(s, bytes) else s).replace("'", "''").replace("\x00", "")
        return f"'{text.replace('%', '%%') if percent else text}'"

    # -- rows by column type -------------------------------------------------

    def stored(self, table: str, values: dict[str, Any]) -> dict[str, Any]:
        """The values as the table's columns keep them: dates and times in one form, invalid ones refused."""
        types = self._table_columns(table)
        return {key: as_stored(types.get(key, ""), value) for key, value in values.items()}

    @staticmethod
    def stored_as(column_type: str, value: Any) -> Any:
        """One value as a column of this type keeps it."""
        return as_stored(column_type, value)

    def insert_row(self, doctype: str, values: dict[str, Any], ignore_duplicates: bool = False) -> None:
        table = table_name(doctype)
        columns = ", ".join(f"`{column}`" for column in values)
        marks = ", ".join(["%s"] * len(values))
        verb = "insert or ignore" if ignore_duplicates else "insert"
        row = tuple(self.stored(table, values).values())
        try:
            self.sql(f"{verb} into `{table}` ({columns}) values ({marks})", row)
        except self.IntegrityError as error:
            # MariaDB looks at the primary key first; SQLite at the newest index
            if self.is_unique_key_violation(error) and self.exists(doctype, values.get("name")):
                raise self.IntegrityError(f"UNIQUE constraint failed: {table}.name") from error
            raise

    def bulk_insert(
        self,
        doctype: str,
        fields: list[str],
        values: Iterable[Sequence[Any]],
        ignore_duplicates: bool = False,
        *,
        chunk_size: int = 10_000,
    ) -> None:
        """Rows straight into the table: no documents, no checks, no defaults but the columns' own."""
        table = table_name(doctype)
        types = self._table_columns(table)
        declared = [types.get(field, "") for field in fields]
        columns = ", ".join(f"`{field}`" for field in fields)
        verb = "insert or ignore" if ignore_duplicates else "insert"
        sql = f"{verb} into `{table}` ({columns}) values ({', '.join('?' * len(fields))})"
        for chunk in chunked(list(values), chunk_size):
            rows = [
                [to_param(as_stored(kind, value)) for kind, value in zip(declared, row, strict=True)]
                for row in chunk
            ]
            self._run_many(sql, rows)

    def _run_many(self, sql: str, rows: list[list[Any]]) -> None:
        self.get_connection()
        self.check_transaction_status()
        try:
            self._begin_writing()
            self._cursor.executemany(sql, rows)
        except self.OperationalError as error:
            raise frappe.QueryTimeoutError(error) if self.is_timedout(error) else error from error

    def update_row(self, doctype: str, name: Any, values: dict[str, Any]) -> None:
        table = table_name(doctype)
        changes = ", ".join(f"`{column}` = %s" for column in values)
        row = (*self.stored(table, values).values(), name)
        self.sql(f"update `{table}` set {changes} where `name` = %s", row)

    # -- introspection -------------------------------------------------------

    def _schema(self) -> dict[str, _Columns]:
        """Column types by table, read again whenever any process changed the schema."""
        conn = self.get_connection()
        key = (self._key, conn.execute("pragma schema_version").fetchone()[0])
        if key not in _schemas:  # other threads look and forget at the same moment
            for old in list(_schemas):
                if old[0] == self._key:
                    _schemas.pop(old, None)
        return _schemas.setdefault(key, {})

    def _table_columns(self, table: str) -> _Columns:
        known = self._schema()
        if table not in known:
            rows = self.get_connection().execute(f"pragma table_info(`{table}`)").fetchall()
            known[table] = {row[1]: row[2] for row in rows}
        return known[table]

    def get_db_table_columns(self, table: str) -> list[str]:
        return list(self._table_columns(table))

    def get_tables(self, cached: bool = True) -> list[str]:
        rows = self.get_connection().execute("select name from sqlite_master where type = 'table'").fetchall()
        return [row[0] for row in rows]

    def has_table_named(self, table: str) -> bool:
        return bool(self._table_columns(table))

    def get_column_type(self, doctype: str, column: str) -> str:
        return self._table_columns(table_name(doctype)).get(column, "")

    def get_table_columns_description(self, table_name: str) -> list[Any]:
        """name, type, default, not_nullable, index and unique of each column."""
        indexes = self._single_column_indexes(table_name)
        rows = self.get_connection().execute(f"pragma table_info(`{table_name}`)").fetchall()
        return [
            frappe._dict(
                name=row[1],
                type=row[2],
                not_nullable=bool(row[3]),
                default=row[4],
                index=row[1] in indexes,
                unique=bool(indexes.get(row[1])),
            )
            for row in rows
        ]

    def _single_column_indexes(self, table: str) -> dict[str, bool]:
        """Column -> unique, for indexes of one column."""
        found: dict[str, bool] = {}
        for row in self.get_connection().execute(f"pragma index_list(`{table}`)").fetchall():
            columns = self.get_connection().execute(f"pragma index_info(`{row[1]}`)").fetchall()
            if len(columns) == 1:
                found[columns[0][2]] = found.get(columns[0][2], False) or bool(row[2])
        return found

    def get_column_index(self, table_name: str, fieldname: str, unique: bool = False) -> Any:
        found = self._single_column_indexes(table_name)
        if fieldname in found and found[fieldname] == unique:
            return frappe._dict(Key_name=f"{table_name}.{fieldname}", Non_unique=0 if unique else 1)
        return None

    # -- changes of tables ---------------------------------------------------

    def run_ddl(self, statement: str) -> None:
        """One change of the schema inside the current transaction."""
        self.get_connection()
        self._begin_writing()
        self._cursor.execute(statement)

    def sql_ddl(self, query: str, debug: bool = False) -> None:
        """Commits, changes the schema, commits, as MariaDB does of itself."""
        self.commit()
        self.run_ddl(query)
        self.sql("commit")

    def updatedb(self, doctype: str, meta: Any = None) -> None:
        from frappe.database.schema import update_table

        update_table(doctype, meta)


_COMPUTES = re.compile(r"\b(max|min|sum|avg)\s*\(", re.I)
_STAMP = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d{6})?)?")


@remembered
def _computes(query: str) -> bool:
    return bool(_COMPUTES.search(query))


def _computed(value: Any) -> Any:
    """SQLite gives computed columns no type: max(creation) comes as text, a sum with binary dust."""
    if type(value) is float:
        return round(value, DECIMALS)
    if type(value) is str and len(value) in (10, 19, 26) and _STAMP.fullmatch(value):
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    return value
