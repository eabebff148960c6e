import frappe
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import cint, flt
from med_trace.domain.errors import BadInput, LedgerIsAppendOnly
from med_trace.ledger.shown import shown

SERIES = "ML-.YYYY.-.#####"
WRITTEN_BY_THE_LEDGER = ("state", "held_from", "quantity", "on_hand", "blocked", "shipped", "last_event_at")
NEVER_CHANGED = ("lot_no", "item_code", "kind", "uom", "batch", "routing", "parent_lot")
# What decides whether a lot may be used, and by which a recall finds it: Quality's once events name the lot.
CHANGED_BY_QUALITY = (
    *("expiry_date", "certificate_required", "certificate_withdrawn", "release_signatures"),
    *("supplier", "supplier_lot", "heat_no"),
)
# What a new lot takes from its item where it is not given: field -> field of the item.
FROM_ITEM = {
    "item_name": "item_name",
    "uom": "stock_uom",
    "kind": "mt_kind",
    "gtin": "mt_gtin",
    "certificate_required": "mt_certificate_required",
    "release_signatures": "mt_release_signatures",
    "storage_conditions": "mt_storage_conditions",
    "drying_conditions": "mt_drying_conditions",
}


class MaterialLot(Document):
    """An identified quantity of one item. What happens to it is recorded by the ledger, never typed."""

    def autoname(self):
        self.lot_no = (self.lot_no or "").strip() or make_autoname(SERIES, doc=self)
        self.name = self.lot_no

    def before_insert(self):
        self.update(dict.fromkeys(WRITTEN_BY_THE_LEDGER))
        self._take_from_item()

    @shown()
    def validate(self):
        self._require_kind()
        self._require_sound_dates()
        self._require_own_batch()
        if not self.is_new():
            self._require_untouched(
                WRITTEN_BY_THE_LEDGER, "is written by the ledger; record an event instead"
            )
        if not self.is_new() and self.last_event_at:
            self._require_untouched(NEVER_CHANGED, "cannot change once events name the lot", is_filling=True)
            if "Trace Quality" not in frappe.get_roles():
                self._require_untouched(
                    CHANGED_BY_QUALITY, "is changed by Quality once events name the lot", is_filling=True
                )

    @shown()
    def before_rename(self, old, new, merge=False):
        raise LedgerIsAppendOnly(
            "Lot {0} keeps its name for its whole life. Relabel it into a new lot instead.", old
        )

    @shown()
    def on_trash(self):
        if frappe.db.exists("Trace Event Item", {"lot": self.name}):
            raise LedgerIsAppendOnly("Lot {0} has a history and cannot be deleted.", self.name)

    def _take_from_item(self):
        fields = {field: source for field, source in FROM_ITEM.items() if not self.get(field)}
        known = frappe.get_meta("Item")
        sources = [source for source in fields.values() if known.has_field(source)]
        item = frappe.db.get_value("Item", self.item_code, sources, as_dict=True) if sources else None
        for field, source in fields.items():
            if item and item.get(source):
                self.set(field, item[source])

    def _require_kind(self):
        if not self.kind:
            raise BadInput("kind: item {0} has no kind. Set its Kind of Lot, or the lot's.", self.item_code)
        if self.is_new():
            self._require_as_item("kind", "mt_kind")
            self._require_as_item("uom", "stock_uom")

    def _require_as_item(self, field, source):
        """The kind decides whether a release has to be signed, the unit what a stock document's number means."""
        expected = frappe.db.get_value("Item", self.item_code, source)
        if expected and self.get(field) != expected:
            raise BadInput(
                "{0}: {1} is given, item {2} says {3}. Leave it empty, or correct the item.",
                *(field, self.get(field), self.item_code, expected),
                field=field,
            )

    def _require_own_batch(self):
        """Stock documents find a lot by its batch: one batch is one lot, of the same item."""
        if not self.batch:
            return
        item_code = frappe.db.get_value("Batch", self.batch, "item")
        if item_code and item_code != self.item_code:
            raise BadInput(
                "batch: {0} is a batch of {1}, not of {2}.",
                self.batch,
                item_code,
                self.item_code,
                field="batch",
            )
        same = {"batch": self.batch, "name": ["!=", self.name]}
        other = frappe.db.get_value("Material Lot", same)
        if other:
            raise BadInput("batch: {0} belongs to lot {1} already.", self.batch, other, field="batch")

    def _require_sound_dates(self):
        made, expires = self.manufacturing_date, self.expiry_date
        if made and expires and str(expires) < str(made):
            raise BadInput("expiry_date: {0} lies before the manufacturing date {1}.", expires, made)

    def _require_untouched(self, fields, why, is_filling=False):
        """`is_filling`: a stage that fills an empty field (with permissions ignored) touches nothing."""
        before = self.get_doc_before_save()
        for field in fields if before else ():
            if is_filling and self.flags.ignore_permissions and not before.get(field):
                continue
            if _differ(self.meta.get_field(field).fieldtype, before.get(field), self.get(field)):
                raise LedgerIsAppendOnly("Lot {0}: {1} {2}.", self.name, field, why)


def _differ(fieldtype, before, after):
    if fieldtype == "Float":
        return flt(before, 9) != flt(after, 9)
    if fieldtype in ("Int", "Check"):
        return cint(before) != cint(after)
    if fieldtype == "Date":
        return str(before or "") != str(after or "")
    if fieldtype == "Datetime":
        return (
            frappe.utils.get_datetime(before or 0) != frappe.utils.get_datetime(after or 0)
            if before or after
            else False
        )
    return (before or "") != (after or "")
