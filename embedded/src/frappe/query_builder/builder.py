"""pypika's builder in the dialect of the runtime: backticks, values as parameters, `.run()`."""

from __future__ import annotations

from typing import Any

from pypika import Field, Order, Query, Table, terms
from pypika.dialects import SQLLiteValueWrapper
from pypika.enums import Dialects
from pypika.queries import QueryBuilder as PypikaBuilder
from pypika.queries import Schema
from pypika.utils import builder

from frappe.database.utils import table_name
from frappe.query_builder import functions


class Parameters:
    """Collects the values of one statement while it is written."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, value: Any) -> str:
        key = f"param{len(self.values) + 1}"
        self.values[key] = value
        return f"%({key})s"


class ParameterizedValue(SQLLiteValueWrapper):
    """A value: a parameter while a statement is run, a literal while it is shown."""

    def get_sql(
        self, quote_char: str | None = None, parameters: Parameters | None = None, **kwargs: Any
    ) -> str:
        if parameters is not None and not isinstance(self.value, (terms.Term, type(None))):
            sql = parameters.add(self.value)
            return terms.format_alias_sql(sql, self.alias, quote_char=quote_char, **kwargs)
        return super().get_sql(quote_char=quote_char, **kwargs)


# pypika wraps the values of conditions by this name, whatever class its builder was given.
terms.ValueWrapper = ParameterizedValue


class QueryBuilder(PypikaBuilder):
    QUOTE_CHAR = "`"
    ALIAS_QUOTE_CHAR = "`"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(dialect=Dialects.SQLLITE, wrapper_cls=ParameterizedValue, **kwargs)
        self._locks = False

    @builder  # type: ignore[untyped-decorator]
    def for_update(self, nowait: bool = False, skip_locked: bool = False, of: tuple[str, ...] = ()) -> Any:
        """Takes the write lock before it reads."""
        self._locks = True

    def _update_sql(self, **kwargs: Any) -> str:
        return f"UPDATE {self._update_table.get_sql(**kwargs)}"

    def get_sql(self, *args: Any, **kwargs: Any) -> str:
        sql: str = super().get_sql(*args, **kwargs)
        return f"{sql} for update" if self._locks else sql

    def walk(self) -> tuple[str, dict[str, Any]]:
        """(statement with named parameters, their values)."""
        parameters = Parameters()
        return self.get_sql(parameters=parameters), parameters.values

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Runs it; options as those of `frappe.db.sql`."""
        import frappe

        query, values = self.walk()
        return frappe.db.sql(query, values, *args, **kwargs)


class FrappeQuery(Query):
    """`frappe.qb`."""

    terms = terms
    Field = Field
    functions = functions
    desc = Order.desc
    asc = Order.asc
    Schema = Schema

    @classmethod
    def _builder(cls, **kwargs: Any) -> QueryBuilder:
        return QueryBuilder(**kwargs)

    @staticmethod
    def DocType(*args: Any, **kwargs: Any) -> Any:
        from frappe.query_builder.utils import DocType

        return DocType(*args, **kwargs)

    @classmethod
    def from_(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().from_(_table(table), *args, **kwargs)

    @classmethod
    def into(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().into(_table(table), *args, **kwargs)

    @classmethod
    def update(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().update(_table(table), *args, **kwargs)


def _table(table: Any) -> Any:
    """A DocType's name becomes its table."""
    return Table(table_name(table)) if isinstance(table, str) else table


__all__ = ["FrappeQuery", "ParameterizedValue", "QueryBuilder"]
