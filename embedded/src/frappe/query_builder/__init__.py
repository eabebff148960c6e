"""`frappe.qb`: pypika with Frappe's table names and `.run()`."""

from pypika import Interval, JoinType, Order, Query, Table, Tuple
from pypika.queries import Column
from pypika.terms import Case, Criterion, CustomFunction, Field

from frappe.query_builder import functions
from frappe.query_builder.builder import ParameterizedValue as ValueWrapper
from frappe.query_builder.builder import QueryBuilder
from frappe.query_builder.utils import (
    DocType,
    get_qb_engine,
    get_query,
    get_query_builder,
    patch_query_execute,
)

__all__ = [
    "Case",
    "Column",
    "Criterion",
    "CustomFunction",
    "DocType",
    "Field",
    "Interval",
    "JoinType",
    "Order",
    "Query",
    "QueryBuilder",
    "Table",
    "Tuple",
    "ValueWrapper",
    "functions",
    "get_qb_engine",
    "get_query",
    "get_query_builder",
    "patch_query_execute",
]
