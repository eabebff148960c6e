"""A qualification on file: who or what is fit for which use, from when to when."""

from frappe.model.document import Document
from frappe.utils import getdate
from med_trace.domain.errors import BadInput
from med_trace.domain.qualification import KINDS_OF, Kind
from med_trace.ledger.shown import shown


class Qualification(Document):
    def validate(self) -> None:
        with shown():
            self._require_matching_kind()
            self._require_period()

    def _require_matching_kind(self) -> None:
        possible = KINDS_OF[self.subject_doctype]
        if Kind(self.kind) not in possible:
            raise BadInput(
                "A {0} cannot have a {1}; possible: {2}.",
                self.subject_doctype,
                self.kind,
                ", ".join(sorted(kind.value for kind in possible)),
                field="kind",
            )

    def _require_period(self) -> None:
        if self.valid_to and getdate(self.valid_to) < getdate(self.valid_from):
            raise BadInput(
                "Valid To {0} is before Valid From {1}.", self.valid_to, self.valid_from, field="valid_to"
            )
