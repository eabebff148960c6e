from frappe.model.document import Document
from med_trace.distribution.layouts import require_readable, require_sole
from med_trace.ledger.shown import shown


class LabelLayout(Document):
    """How labels look: lines, size and symbols; one active layout a kind of lot."""

    @shown()
    def validate(self) -> None:
        require_readable(self)
        require_sole(self)
