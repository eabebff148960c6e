"""A role is given in its user, where duties are kept apart; never as a row of its own."""

from med_trace.ledger.events.user import DutiesSeparated
from med_trace.ledger.shown import shown


def before_insert(doc, method=None):
    _refuse_of_user(doc)


def before_save(doc, method=None):
    _refuse_of_user(doc)


@shown()
def _refuse_of_user(doc):
    if doc.parenttype not in ("User", "Role Profile"):
        return
    raise DutiesSeparated("Roles are given and taken in the User, not row by row.")
