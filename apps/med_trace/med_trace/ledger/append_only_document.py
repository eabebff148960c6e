"""The controller of what is only ever appended, by the ledger: no form, REST call or import writes it."""

from frappe.model.document import Document
from med_trace.domain.errors import LedgerIsAppendOnly
from med_trace.ledger.shown import shown


class AppendOnlyDocument(Document):
    """Refuses insert, update, submit, cancel, rename and delete; the ledger inserts with SQL."""

    def before_insert(self):
        self._refuse("created here; use med_trace.api.ledger.record or med_trace.api.sign.sign")

    def db_insert(self, *args, **kwargs):
        self._refuse("created here; use med_trace.api.ledger.record or med_trace.api.sign.sign")

    def before_save(self):
        self._refuse("changed")

    def db_update(self):
        self._refuse("changed")

    def db_set(self, *args, **kwargs):
        self._refuse("changed")

    def before_submit(self):
        self._refuse("submitted")

    def before_cancel(self):
        self._refuse("cancelled")

    def before_rename(self, *args, **kwargs):
        self._refuse("renamed")

    def on_trash(self):
        self._refuse("deleted; a wrong event is reversed")

    @shown()
    def _refuse(self, what: str):
        raise LedgerIsAppendOnly("{0} {1} cannot be {2}.", self.doctype, self.name or "", what)
