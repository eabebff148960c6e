"""A role is given in its user, where duties are kept apart; never as a row of its own."""

from med_trace.ledger.events.user import DutiesSeparated
from med_trace.ledger.shown import shown


def before_insert(doc, method=None):
    _refuse()


def before_save(doc, method=None):
    _refuse()


@shown()
def _refuse():
    raise DutiesSeparated("Roles are given and taken in the User, not row by row.")
