"""`frappe.db` on SQLite: transactions, many writers at once, values, lists of values, changes of tables."""

from __future__ import annotations

import datetime
import multiprocessing
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import frappe

pytest.importorskip("frappe.database.sqlite.database", reason="a bench runs on MariaDB")

from frappe.database.sqlite import connection
from frappe.database.sqlite.database import SQLiteDatabase

WRITERS = 50
Open = Callable[[], SQLiteDatabase]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens further connections to one small file of its own."""
    path = tmp_path / "small.db"
    path.touch()
    connections: list[SQLiteDatabase] = []

    def open_one() -> SQLiteDatabase:
        connections.append(SQLiteDatabase(cur_db_name=str(path)))
        return connections[-1]

    first = open_one()
    first.sql_ddl(
        "create table tabCounter (name varchar(140) primary key collate nocase, n int not null default 0)"
    )
    first.sql("insert into tabCounter (name, n) values ('A', 0), ('B', 0)")
    first.commit()
    yield open_one
    for each in connections:
        each.close()


def read(db: SQLiteDatabase, name: str = "A", locking: bool = False) -> int:
    return int(db.get_value("Counter", name, "n", for_update=locking))


def add_one(db: SQLiteDatabase) -> None:
    read(db, "B")  # opens a snapshot, which is stale when the lock comes
    found = read(db, locking=True)
    db.sql("update tabCounter set n = %s where name = 'A'", (found + 1,))
    db.commit()


def test_fifty_threads_lose_no_update(opened: Open) -> None:
    path = opened().path
    threads = [threading.Thread(target=_add_four, args=(path,)) for _ in range(WRITERS)]
    _run(threads)
    assert read(opened()) == WRITERS * 4


def test_fifty_processes_lose_no_update(opened: Open) -> None:
    path = opened().path
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_add_four, args=(path,)) for _ in range(WRITERS)]
    _run(processes)
    assert [process.exitcode for process in processes] == [0] * WRITERS
    assert read(opened()) == WRITERS * 4


def _add_four(path: str) -> None:
    db = SQLiteDatabase(cur_db_name=path)
    for _ in range(4):
        add_one(db)
    db.close()


def _run(tasks: Sequence[Any]) -> None:
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()


def test_reads_of_a_transaction_see_one_snapshot(opened: Open) -> None:
    reader, writer = opened(), opened()
    before = read(reader)
    writer.sql("update tabCounter set n = 7")
    writer.commit()
    assert read(reader) == before
    reader.rollback()
    assert read(reader) == 7


def test_a_locking_read_is_current_whatever_was_read_before(opened: Open) -> None:
    reader, writer = opened(), opened()
    read(reader)
    writer.sql("update tabCounter set n = 7")
    writer.commit()
    assert read(reader, locking=True) == 7
    assert reader.sql("select n from tabCounter where name = 'A'") == ((7,),)


def test_a_writer_that_waits_too_long_is_told_so(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    holder, waiter = opened(), opened()
    read(holder, locking=True)
    with pytest.raises(frappe.QueryTimeoutError):
        waiter.sql("update tabCounter set n = 1")


def test_a_rolled_back_savepoint_leaves_the_rest(opened: Open) -> None:
    db = opened()
    db.sql("update tabCounter set n = 1 where name = 'A'")
    db.savepoint("here")
    db.sql("update tabCounter set n = 2")
    db.rollback(save_point="here")
    db.commit()
    assert (read(opened()), read(opened(), "B")) == (1, 0)


def test_a_transaction_that_sqlite_ended_is_not_continued(opened: Open) -> None:
    db = opened()
    db.sql("update tabCounter set n = 1")
    db.get_connection().execute("rollback")
    with pytest.raises(sqlite3.InternalError):
        db.sql("update tabCounter set n = 2")
    db.rollback()
    assert read(db) == 0


def test_uncommitted_changes_of_a_closed_connection_are_gone(opened: Open) -> None:
    db = opened()
    db.sql("update tabCounter set n = 1")
    db.close()
    assert read(opened()) == 0


def test_lists_of_any_length_are_parameters(opened: Open) -> None:
    names = ("a", *(f"x{number}" for number in range(2000)))
    query = "select name from tabCounter where name in %(names)s and n = %(n)s and '100%%' like '1%%'"
    assert opened().sql(query, {"names": names, "n": 0}, pluck=True) == ["A"]
    assert opened().sql("select name from tabCounter where name in %s", ((),)) == ()


# -- on the site -------------------------------------------------------------------


@pytest.fixture
def table(site: str) -> Iterator[str]:
    """A table with a column of every kind; dropped afterwards."""
    kinds = ("Data", "Float", "Int", "Check", "Date", "Datetime", "Time", "Small Text")
    define("Scratch", *({"fieldname": kind.lower().replace(" ", "_"), "fieldtype": kind} for kind in kinds))
    yield "Scratch"
    frappe.db.rollback()
    frappe.db.sql_ddl("drop table tabScratch")


def define(doctype: str, *fields: dict[str, Any]) -> None:
    frappe.db.updatedb(doctype, frappe._dict(fields=fields))


def put(name: str, **values: Any) -> Any:
    frappe.db.insert_row("Scratch", {"name": name, **values})
    return frappe.db.get_value("Scratch", name, [*values], as_dict=True)


def test_values_come_back_in_the_types_of_their_columns(table: str) -> None:
    given = {
        "date": "2026-01-02 10:00",
        "datetime": "2026-01-02 3:04",
        "time": "9:05:07",
        "float": "1.5",
        "check": True,
    }
    assert put("a", **given) == {
        "date": datetime.date(2026, 1, 2),
        "datetime": datetime.datetime(2026, 1, 2, 3, 4),
        "time": datetime.timedelta(hours=9, minutes=5, seconds=7),
        "float": 1.5,
        "check": 1,
    }


def test_fractions_keep_nine_decimals_and_add_up(table: str) -> None:
    for number in range(3):
        put(str(number), float=0.1)
    assert put("third", float=1 / 3).float == 0.333333333
    assert frappe.db.sql("select sum(`float`) from tabScratch where name != 'third'")[0][0] == 0.3


def test_the_same_moment_is_equal_however_it_is_written(table: str) -> None:
    put("a", datetime="2026-01-02 03:04:05.000000")
    for text in ("2026-01-02 03:04:05", "2026-01-02 03:04:05.000000", datetime.datetime(2026, 1, 2, 3, 4, 5)):
        assert frappe.db.sql("select name from tabScratch where `datetime` = %s", (text,), pluck=True) == [
            "a"
        ]
        assert frappe.db.get_value("Scratch", {"datetime": text}) == "a"


def test_the_latest_date_of_a_table_is_a_date(table: str) -> None:
    put("a", date="2026-01-02", datetime="2026-01-02 10:00:00")
    found = frappe.db.sql("select max(`date`), max(`datetime`) from tabScratch")[0]
    assert found == (datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 10))


@pytest.mark.parametrize("values", [{"data": "x" * 141}, {"date": "2026-13-01"}, {"int": None}])
def test_what_mariadb_refuses_is_refused(table: str, values: dict[str, Any]) -> None:
    with pytest.raises((sqlite3.IntegrityError, sqlite3.DataError)):
        put("a", **values)


def test_texts_compare_without_regard_to_case(table: str) -> None:
    put("Abc", data="Word")
    assert frappe.db.get_value("Scratch", {"data": "WORD", "name": ["in", ["aBC"]]}) == "Abc"
    with pytest.raises(sqlite3.IntegrityError) as caught:
        put("ABC", data="x")
    assert frappe.db.is_primary_key_violation(caught.value)


def test_a_changed_field_changes_its_column_and_keeps_rows_and_triggers(table: str) -> None:
    put("a", data="5", float=2)
    frappe.db.commit()
    frappe.db.run_ddl(
        "create trigger stay before delete on tabScratch begin select raise(abort, 'kept'); end"
    )
    rowid = frappe.db.sql("select rowid from tabScratch")
    fields = [
        {"fieldname": "data", "fieldtype": "Int"},
        {"fieldname": "new", "fieldtype": "Currency", "unique": 1},
    ]
    define("Scratch", *fields)
    define("Scratch", *fields)
    assert frappe.db.get_value("Scratch", "a", ["data", "new", "float"]) == (5, 0.0, 2.0)
    assert frappe.db.sql("select rowid from tabScratch") == rowid
    assert frappe.db.get_column_index("tabScratch", "new", unique=True)
    with pytest.raises(sqlite3.IntegrityError, match="kept"):
        frappe.db.delete("Scratch", {"name": "a"})
