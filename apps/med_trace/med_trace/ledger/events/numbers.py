"""What is written down is a number that the database can keep; NaN and infinity pass comparisons they should not."""

from math import isfinite

from frappe.utils import flt
from med_trace.domain.errors import BadInput
from med_trace.domain.event import LARGEST
from med_trace.ledger.shown import shown


@shown()
def before_validate(doc, method=None):
    rows = [row for table in doc.meta.get_table_fields() for row in doc.get(table.fieldname) or ()]
    for row in (doc, *rows):
        for field in row.meta.get("fields", {"fieldtype": ("in", ("Float", "Int", "Currency", "Percent"))}):
            value = row.get(field.fieldname)
            if value and not _is_number(value):
                raise BadInput(
                    "{0}: {1} is not a number. Enter what was counted or measured.",
                    *(f"{field.label} (row {row.idx})" if row is not doc else field.label, value),
                    field=field.fieldname,
                )


def _is_number(value):
    """Frappe reads a text that is no number as zero; zero would be judged as a reading."""
    try:
        number = float(value.replace(",", "") or 0) if isinstance(value, str) else flt(value)
    except ValueError:
        return False
    return isfinite(number) and abs(number) <= LARGEST
