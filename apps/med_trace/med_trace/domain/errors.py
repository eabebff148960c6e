"""The errors of the domain: named, with a message for the user and the HTTP status it deserves.

A message is a template and its arguments, so that the edge can translate it. Knows nothing of Frappe.
"""

from __future__ import annotations

from med_trace.domain.sentence import Sentence


class TraceError(Exception):
    """A rule of traceability was broken. Nothing was written."""

    http_status_code = 417
    title = "Not allowed"

    def __init__(self, template: str, *arguments: object) -> None:
        self.message = Sentence(template, *arguments)
        super().__init__(self.message)


class BadInput(TraceError):
    """A value that cannot be understood. Names the field, the value and what is expected."""

    title = "Check the input"

    def __init__(self, template: str, *arguments: object, field: str | None = None) -> None:
        super().__init__(template, *arguments)
        self.field = field


class NotFound(TraceError):
    """A named lot, unit or event that does not exist."""

    http_status_code = 404
    title = "Not found"


class DuplicateEvent(TraceError):
    """The caller's event id was used before for another content."""

    http_status_code = 409
    title = "Event id already used"


class NotBalanced(TraceError):
    """What leaves the sources of a split, merge or relabelling is not what enters its targets."""


class Busy(TraceError):
    """Another request was writing the same records; this one was undone and can be sent again."""

    http_status_code = 409
    title = "Try again"


class IsReversed(TraceError):
    """The event was reversed before, or is itself a reversal."""

    http_status_code = 409


class HasDependents(TraceError):
    """Later events rest on what would be reversed or changed. `events` names them."""

    http_status_code = 409

    def __init__(self, template: str, *arguments: object, events: tuple[str, ...] = ()) -> None:
        super().__init__(template, *arguments)
        self.events = events


class GateRefusal(TraceError):
    """The gate refused one lot or unit."""

    title = "Refused"

    def __init__(self, template: str, *arguments: object, lot: str = "") -> None:
        super().__init__(template, *arguments)
        self.lot = lot


class NotReleased(GateRefusal):
    """The lot has not been accepted or released for this purpose."""


class OnHold(GateRefusal):
    """A hold stops the lot."""


class IsRejected(GateRefusal):
    """The lot or unit was rejected."""


class IsRecalled(GateRefusal):
    """The lot or unit is being recalled."""


class IsClosed(GateRefusal):
    """The lot's life is over."""


class WrongState(GateRefusal):
    """The lot's state does not allow this action."""


class Expired(GateRefusal):
    """The lot had expired when it happened."""


class NotEnough(GateRefusal):
    """More was asked for than is there and free to use."""


class WrongUnit(GateRefusal):
    """The serial unit belongs to another lot, or is not where it would have to be."""


class NotSigned(TraceError):
    """A required signature is missing or no longer valid."""


class SignatureRefused(TraceError):
    """This person may not give this signature."""

    http_status_code = 403
    title = "Signature refused"


class LedgerIsAppendOnly(TraceError):
    """Something tried to change or delete what was recorded."""

    http_status_code = 403
    title = "The ledger is append-only"


class AuditKeyMissing(TraceError):
    """The key that seals the audit trail is not where it has to be."""

    http_status_code = 503
    title = "The audit trail cannot be sealed"


class ReasonRequired(TraceError):
    """A regulated field was changed, or a regulated record deleted, without saying why. `fields` names them."""

    title = "Give a reason"

    def __init__(self, template: str, *arguments: object, fields: tuple[str, ...] = ()) -> None:
        super().__init__(template, *arguments)
        self.fields = fields
