"""`frappe.qb`: pypika with Frappe's table names and `.run()`."""

from pypika import Case, Criterion, Field, Order, Table

from frappe.query_builder import functions
from frappe.query_builder.utils import DocType, get_query_builder

__all__ = ["Case", "Criterion", "DocType", "Field", "Order", "Table", "functions", "get_query_builder"]
