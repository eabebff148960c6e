"""People and their rights: duties that exclude one another, and who has set a password."""

import frappe
from frappe.utils import nowdate
from med_trace.domain import roles
from med_trace.domain.errors import TraceError
from med_trace.ledger.shown import shown


class DutiesSeparated(TraceError):
    """Roles that one person may not hold together, or may not give himself."""

    http_status_code = 403
    title = "Separate duties"


def before_validate(doc, method=None):
    """Who sets his own password renews it; one set by somebody else has to be renewed before it signs."""
    before = doc.get_doc_before_save()
    if before:
        doc.last_password_reset_date = before.last_password_reset_date
    if doc.get("new_password"):
        doc.last_password_reset_date = nowdate() if doc.name == frappe.session.user else None


@shown()
def validate(doc, method=None):
    before = doc.get_doc_before_save()
    had = {row.role for row in before.roles} if before else set()
    added = {row.role for row in doc.roles} - had
    _require_given_by_another(doc, added)
    _require_compatible(doc, had, added)


def _require_given_by_another(doc, added):
    own = sorted(role for role in added if role in roles.OURS)
    if own and doc.name == frappe.session.user:
        raise DutiesSeparated("You cannot give yourself the role {0}: somebody else has to.", ", ".join(own))


def _require_compatible(doc, had, added):
    """Pairs that a user had before stay as they are: an installation locks nobody out."""
    for one, other in roles.conflicts(had | added):
        if {one, other} & added and doc.name != "Administrator":
            raise DutiesSeparated(
                "{0} cannot hold {1} and {2} together: give them to two people.", doc.name, one, other
            )
