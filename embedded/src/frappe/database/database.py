"""`frappe.db`: values, rows and transactions of a site, under Frappe's own names.

Knows what Frappe promises of its database; what SQLite needs for it lives in frappe.database.sqlite.
"""

from __future__ import annotations

import random
import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import frappe
from frappe.database.query import Query, value_of
from frappe.database.utils import DefaultOrderBy, EmptyQueryValues, table_name
from frappe.utils import CallbackManager, cast, now

DEFAULT_SHORTCUTS = ("_Login", "__user", "_Full Name", "Today", "__today", "now", "Now")


class Database:
    """What does not depend on the database underneath."""

    MAX_WRITES_PER_TRANSACTION = 200_000
    DEFAULT_SHORTCUTS = DEFAULT_SHORTCUTS
    DEFAULT_COLUMNS = ("name", "creation", "modified", "modified_by", "owner", "docstatus", "idx")
    db_type = ""
    InvalidColumnName = frappe.ValidationError

    def __init__(self, cur_db_name: str | None = None, **options: Any) -> None:
        self.cur_db_name = cur_db_name
        self.value_cache: dict[Any, dict[Any, Any]] = defaultdict(dict)
        self.transaction_writes = 0
        self.last_query = ""
        self.before_commit = CallbackManager()
        self.after_commit = CallbackManager()
        self.before_rollback = CallbackManager()
        self.after_rollback = CallbackManager()

    if TYPE_CHECKING:  # what frappe.database.sqlite supplies: _execute, _rows, run_ddl, is_timedout, ...

        def __getattr__(self, name: str) -> Any: ...

    # -- statements ----------------------------------------------------------

    def sql(
        self,
        query: Any,
        values: Any = EmptyQueryValues,
        *,
        as_dict: bool | int = 0,
        as_list: bool | int = 0,
        debug: bool | int = 0,
        ignore_ddl: bool | int = 0,
        auto_commit: bool | int = 0,
        update: dict[str, Any] | None = None,
        explain: bool = False,
        run: bool = True,
        pluck: bool = False,
        as_iterator: bool = False,
    ) -> Any:
        """Runs a statement; `%s` and `%(name)s` stand for values, a list value for `(a, b, c)`.

        Gives a tuple of tuples, with as_dict a list of dicts, with as_list a list of lists, with pluck the
        first column. Errors are those of the driver, and QueryTimeoutError or QueryDeadlockError.
        """
        query = query if isinstance(query, str) else str(query)
        if not run:
            return query
        if auto_commit:
            self.commit()
        bound = None if values is EmptyQueryValues or values is None or values == () else values
        if as_iterator:
            return self._iterator(query, bound, as_dict, pluck)
        self.last_query = query
        self._run(query, bound, debug)
        if self._cursor.description is None:
            return ()
        return self._shaped(self._rows(), as_dict, as_list, pluck, update)

    def _run(self, query: str, values: Any, debug: bool | int) -> None:
        if debug:
            frappe.log(query)
        try:
            self._execute(query, values)
        except self.OperationalError as error:
            if self.is_deadlocked(error):
                raise frappe.QueryDeadlockError(error) from error
            if self.is_timedout(error):
                raise frappe.QueryTimeoutError(error) from error
            if self.is_read_only_mode_error(error):
                raise frappe.InReadOnlyMode(str(error)) from error
            raise

    def _shaped(self, rows: Any, as_dict: Any, as_list: Any, pluck: bool, update: Any) -> Any:
        if pluck:
            return [row[0] for row in rows]
        if as_dict:
            found = self.fetch_as_dict(rows)
            for row in found if update else ():
                row.update(update)
            return found
        return [list(row) for row in rows] if as_list else tuple(rows)

    def _iterator(self, query: str, values: Any, as_dict: Any, pluck: bool) -> Iterator[Any]:
        for row in self._iterate(query, values):
            yield row[0] if pluck else self.fetch_as_dict([row])[0] if as_dict else row

    def fetch_as_dict(self, result: Iterable[Sequence[Any]]) -> list[Any]:
        keys = [column[0] for column in self._cursor.description]
        return [frappe._dict(zip(keys, row, strict=True)) for row in result]

    def check_transaction_status(self, query: str = "") -> None:
        """Counts writes; one transaction may not grow without end."""
        self.transaction_writes += 1
        if self.transaction_writes > self.MAX_WRITES_PER_TRANSACTION:
            raise frappe.TooManyWritesError(frappe._("Too many changes to database in single action."))

    # -- transactions --------------------------------------------------------

    def commit(self) -> None:
        self.before_rollback.reset()
        self.after_rollback.reset()
        self.before_commit.run()
        self.sql("commit")
        self.transaction_writes = 0
        self.after_commit.run()

    def rollback(self, *, save_point: str | None = None) -> None:
        """Back to the start of the transaction, or to `save_point`."""
        self.value_cache.clear()
        frappe._cache.forget_undone()
        if save_point:
            self.sql(f"rollback to savepoint {save_point}")
            return
        self.before_commit.reset()
        self.after_commit.reset()
        self.before_rollback.run()
        self.sql("rollback")
        self.transaction_writes = 0
        self.after_rollback.run()

    def savepoint(self, save_point: str) -> None:
        """A point to roll back to; takes the write lock."""
        self.sql(f"savepoint {save_point}")

    def release_savepoint(self, save_point: str) -> None:
        self.sql(f"release savepoint {save_point}")

    # -- values --------------------------------------------------------------

    def get_value(
        self,
        doctype: str,
        filters: Any = None,
        fieldname: Any = "name",
        ignore: bool | None = None,
        as_dict: bool = False,
        debug: bool = False,
        order_by: str | None = DefaultOrderBy,
        cache: bool = False,
        for_update: bool = False,
        *,
        run: bool = True,
        pluck: bool = False,
        distinct: bool = False,
        skip_locked: bool = False,
        wait: bool = True,
    ) -> Any:
        """One value, or one row when several fields are asked for; None when nothing is found."""
        found = self.get_values(
            doctype,
            filters,
            fieldname,
            ignore=ignore,
            as_dict=as_dict,
            debug=debug,
            order_by=order_by,
            cache=cache,
            for_update=for_update,
            run=run,
            pluck=pluck,
            distinct=distinct,
            limit=1,
        )
        if not run:
            return found
        if not found:
            return None
        row = found[0]
        return row if as_dict or pluck or len(row) > 1 else row[0]

    def get_values(
        self,
        doctype: str,
        filters: Any = None,
        fieldname: Any = "name",
        ignore: bool | None = None,
        as_dict: bool = False,
        debug: bool = False,
        order_by: str | None = DefaultOrderBy,
        update: dict[str, Any] | None = None,
        cache: bool = False,
        for_update: bool = False,
        *,
        run: bool = True,
        pluck: bool = False,
        distinct: bool = False,
        limit: int | None = None,
        skip_locked: bool = False,
        wait: bool = True,
    ) -> Any:
        """All rows that match; of a Single, its values. `filters` is a name, names, a dict or a list."""
        key = (str(filters), str(fieldname), as_dict, pluck, order_by, limit) if cache and run else None
        if key and key in self.value_cache.get(doctype, ()):
            return self.value_cache[doctype][key]
        if filters is None or (filters == doctype and doctype != "DocType"):
            found = self.get_values_from_single(
                fieldname, filters, doctype, as_dict, debug, update, run=run, pluck=pluck
            )
        else:
            options = {"as_dict": as_dict, "debug": debug, "update": update, "run": run, "pluck": pluck}
            query = (fieldname, order_by, for_update, distinct, limit)
            found = self._get_values_from_table(doctype, filters, query, ignore, options)
        if key and found:
            self.value_cache[doctype][key] = found
        return found

    def _get_values_from_table(
        self, doctype: str, filters: Any, query: tuple[Any, ...], ignore: Any, options: dict[str, Any]
    ) -> Any:
        fieldname, order_by, for_update, distinct, limit = query
        try:
            sql, values = Query.select(
                doctype,
                fieldname,
                filters,
                order_by=order_by,
                limit=limit,
                distinct=distinct,
                for_update=for_update,
            )
            return self.sql(sql, values, **options)
        except Exception as error:
            if ignore and self.is_missing_table_or_column(error):
                return None
            if not ignore and self.is_table_missing(error):
                pluck = options["pluck"]
                return self.get_values_from_single(
                    fieldname, filters, doctype, options["as_dict"], pluck=pluck
                )
            raise

    def get_values_from_single(
        self,
        fields: Any,
        filters: Any,
        doctype: str,
        as_dict: bool = False,
        debug: bool = False,
        update: dict[str, Any] | None = None,
        *,
        run: bool = True,
        pluck: bool = False,
        distinct: bool = False,
    ) -> Any:
        """The stored values of a Single, as text; [] when none is stored."""
        if not run:
            return "select field, value from tabSingles"
        stored = self.get_singles_dict(doctype)
        if fields == "*" or isinstance(filters, dict):
            wrong = isinstance(filters, dict) and any(
                stored.get(key) != value for key, value in filters.items()
            )
            return [] if wrong else [frappe._dict(stored, **(update or {}))]
        names = [fields] if isinstance(fields, str) else fields
        found = {name: stored[name] for name in names if name in stored}
        if not found:
            return []
        if as_dict:
            return [frappe._dict(found, **(update or {}))]
        return [next(iter(found.values()))] if pluck else [list(found.values())]

    def get_singles_dict(self, doctype: str, debug: bool = False, *, for_update: bool = False) -> Any:
        """Stored values of a Single by field, as text."""
        query = "select `field`, `value` from `tabSingles` where `doctype` = %s"
        rows = self.sql(query + (" for update" if for_update else ""), (doctype,), debug=debug)
        return frappe._dict(rows)

    def get_single_value(self, doctype: str, fieldname: str, cache: bool = True) -> Any:
        """A value of a Single in the type of its field; never stored counts as empty."""
        known = self.value_cache[doctype]
        if cache and fieldname in known:
            return known[fieldname]
        query = "select `value` from `tabSingles` where `doctype` = %s and `field` = %s"
        rows = self.sql(query, (doctype, fieldname))
        if frappe.flags.in_install == "frappe" and not self.exists("DocType", doctype):
            return rows[0][0] if rows else None
        df = frappe.get_meta(doctype).get_field(fieldname)
        if not df:
            text = "Field {0} does not exist on {1}"
            frappe.throw(
                frappe._(text).format(frappe.bold(fieldname), frappe.bold(doctype)), self.InvalidColumnName
            )
        known[fieldname] = cast(df.fieldtype, rows[0][0] if rows else None)
        return known[fieldname]

    def set_single_value(
        self,
        doctype: str,
        fieldname: str | dict[str, Any],
        value: Any = None,
        *,
        modified: Any = None,
        modified_by: str | None = None,
        update_modified: bool = True,
        debug: bool = False,
    ) -> None:
        changes = _changes(fieldname, value, modified, modified_by, update_modified)
        self.delete("Singles", {"field": ("in", tuple(changes)), "doctype": doctype}, debug=debug)
        rows = [(doctype, field, _single_text(held)) for field, held in changes.items()]
        self.bulk_insert("Singles", ["doctype", "field", "value"], rows)
        frappe.clear_document_cache(doctype, doctype)
        self.value_cache.pop(doctype, None)

    def set_value(
        self,
        dt: str,
        dn: Any,
        field: str | dict[str, Any],
        val: Any = None,
        modified: Any = None,
        modified_by: str | None = None,
        update_modified: bool = True,
        debug: bool = False,
    ) -> None:
        """Writes columns without any check; `dn` is a name or filters."""
        if dn is None or dt == dn:
            self.set_single_value(dt, field, val, modified=modified, modified_by=modified_by)
            return
        changes = _changes(field, val, modified, modified_by, update_modified)
        sql, values = Query.update(dt, self.stored(table_name(dt), changes), dn)
        self.sql(sql, values, debug=debug)
        if isinstance(dn, str):
            frappe.clear_document_cache(dt, dn)
        else:
            frappe.clear_document_cache(dt)
        self.value_cache.pop(dt, None)

    def exists(self, dt: Any, dn: Any = None, cache: bool = False) -> Any:
        """The name of a row that matches, or None. A Single always exists."""
        if isinstance(dt, dict):
            dn = dict(dt)
            dt = dn.pop("doctype")
        if dt != "DocType" and dt == dn:
            return dn
        if dn is None:
            return None
        return self.get_value(dt, dn, "name", ignore=True, order_by=None, cache=cache)

    def count(
        self, dt: str, filters: Any = None, debug: bool = False, cache: bool = False, distinct: bool = True
    ) -> int:
        sql, values = Query.select(dt, "count(*)", filters, order_by=None)
        return self.sql(sql, values, debug=debug)[0][0]

    # -- rows ----------------------------------------------------------------

    def delete(self, doctype: str, filters: Any = None, debug: bool = False, **kwargs: Any) -> Any:
        """Removes the rows that match; all of them when there are no filters."""
        sql, values = Query.delete(doctype, filters or kwargs.get("conditions"))
        return self.sql(sql, values, debug=debug)

    @staticmethod
    def get_list(*args: Any, **kwargs: Any) -> Any:
        return frappe.get_list(*args, **kwargs)

    @staticmethod
    def get_all(*args: Any, **kwargs: Any) -> Any:
        return frappe.get_all(*args, **kwargs)

    # -- defaults and settings -------------------------------------------------

    def get_global(self, key: str, user: str = "__global") -> Any:
        return self.get_default(key, user)

    def set_global(self, key: str, val: Any, user: str = "__global") -> None:
        self.set_default(key, val, user)

    def get_default(self, key: str, parent: str = "__default") -> Any:
        found = self.get_defaults(key, parent)
        return found[0] if isinstance(found, list) and found else found

    @staticmethod
    def set_default(key: str, val: Any, parent: str = "__default", parenttype: Any = None) -> None:
        from frappe import defaults

        defaults.set_default(key, val, parent, parenttype)

    @staticmethod
    def add_default(key: str, val: Any, parent: str = "__default", parenttype: str | None = None) -> None:
        from frappe import defaults

        defaults.add_default(key, val, parent, parenttype)

    @staticmethod
    def get_defaults(key: str | None = None, parent: str = "__default") -> Any:
        from frappe import defaults

        found = defaults.get_defaults_for(parent)
        if not key:
            return found
        return found.get(key) if key in found else found.get(frappe.scrub(key))

    # -- tables --------------------------------------------------------------

    def table_exists(self, doctype: str, cached: bool = True) -> bool:
        return self.has_table_named(table_name(doctype))

    def get_table_columns(self, doctype: str) -> list[str]:
        columns = self.get_db_table_columns(table_name(doctype))
        if not columns:
            raise self.TableMissingError(f"no such table: {table_name(doctype)}")
        return columns

    def has_column(self, doctype: str, column: str) -> bool:
        return column in self.get_table_columns(doctype)


def _changes(
    field: str | dict[str, Any], value: Any, modified: Any, modified_by: str | None, update_modified: bool
) -> dict[str, Any]:
    changes = dict(field) if isinstance(field, dict) else {field: value}
    if update_modified:
        changes.setdefault("modified", modified or now())
        changes.setdefault("modified_by", modified_by or frappe.session.user)
    return changes


def _single_text(value: Any) -> Any:
    return value if value is None else str(value_of(value))


@contextmanager
def savepoint(catch: type[BaseException] | tuple[type[BaseException], ...] = Exception) -> Iterator[None]:
    """Rolls back only what was done inside when one of these errors ends it, and goes on."""
    name = "".join(random.sample(string.ascii_lowercase, 10))
    frappe.db.savepoint(name)
    try:
        yield
    except catch:
        frappe.db.rollback(save_point=name)
    else:
        frappe.db.release_savepoint(name)
