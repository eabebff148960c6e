"""The verbs of production: start a lot, finish it, and read what its routing asks for."""

from med_trace.production.lots import finish, inspected_operations, start_lot
from med_trace.production.routings import current_routing
from med_trace.qualification.revisions import make_revision

__all__ = ["current_routing", "finish", "inspected_operations", "make_revision", "start_lot"]
