"""What is written down is a number: NaN and infinity pass comparisons that no reading should pass."""

from math import isfinite

from frappe.utils import flt
from med_trace.domain.errors import BadInput
from med_trace.ledger.shown import shown


@shown()
def before_validate(doc, method=None):
    rows = [row for table in doc.meta.get_table_fields() for row in doc.get(table.fieldname) or ()]
    for row in (doc, *rows):
        for field in row.meta.get("fields", {"fieldtype": ("in", ("Float", "Int", "Currency", "Percent"))}):
            value = row.get(field.fieldname)
            if value and not isfinite(flt(value)):
                raise BadInput(
                    "{0}: {1} is not a number. Enter what was counted or measured.",
                    *(f"{field.label} (row {row.idx})" if row is not doc else field.label, value),
                    field=field.fieldname,
                )
