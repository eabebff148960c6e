"""pypika's terms under Frappe's path."""

from pypika.terms import Case, Criterion, Field, Function, Term
from pypika.terms import Tuple as Tuple

from frappe.query_builder.builder import ParameterizedValue as ValueWrapper

__all__ = ["Case", "Criterion", "Field", "Function", "Term", "Tuple", "ValueWrapper"]
