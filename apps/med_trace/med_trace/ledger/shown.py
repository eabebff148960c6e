"""Shows errors of the domain to users. Knows Frappe, decides nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import frappe
from frappe import _
from med_trace.domain.errors import Busy, TraceError
from med_trace.domain.sentence import Sentence


@contextmanager
def shown() -> Iterator[None]:
    """Raise a domain error as a Frappe validation error of the same name; also a decorator.

    What arrives at the caller is both: `except NotReleased` and `except frappe.ValidationError` catch it.
    """
    try:
        yield
    except TraceError as error:
        if isinstance(error, frappe.ValidationError):
            raise
        raise _shown(error) from None
    except (frappe.QueryDeadlockError, frappe.QueryTimeoutError) as error:
        raise _shown(Busy("Somebody else was writing the same records. Send it again.")) from error


def translated(text: object) -> str:
    """A text of the domain in the user's language; any other text as it is."""
    if not isinstance(text, Sentence):
        return str(text)
    arguments = [translated(one) if isinstance(one, Sentence) else one for one in text.arguments]
    return _(text.template).format(*arguments) if arguments else _(text.template)


def _shown(error: TraceError) -> TraceError:
    message = translated(error.message)
    frappe.msgprint(message, title=_(error.title), indicator="red")
    return _as_shown(error, message)


def _as_shown(error: TraceError, message: str) -> TraceError:
    shown_error = _frappe_class(type(error)).__new__(_frappe_class(type(error)))
    shown_error.__dict__.update(error.__dict__)
    shown_error.args = (message,)
    return shown_error


@cache
def _frappe_class(domain_class: type[TraceError]) -> type[TraceError]:
    return type(domain_class.__name__, (domain_class, frappe.ValidationError), {})
