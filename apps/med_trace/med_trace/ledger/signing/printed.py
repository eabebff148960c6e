"""Every printout of a signed document names who signed, when, meaning what, and whether it still holds.

(21 CFR 11.50(b).) Takes the place of Frappe's `pdf_body_html`, whatever the print format, and adds to its answer.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html
from med_trace.ledger.signing.reading import signatures_of

BEFORE_US = "frappe.utils.pdf.pdf_body_html"


def pdf_body_html(**arguments: Any) -> str:
    """The page of whoever printed before us, and the signatures of its document."""
    known = [path for path in frappe.get_hooks("pdf_body_html") if not path.startswith("med_trace.")]
    page = frappe.get_attr(known[-1] if known else BEFORE_US)(**arguments)
    return page + signatures_html((arguments.get("args") or {}).get("doc"))


def signatures_html(doc: Any) -> str:
    """A table of the signatures; nothing for a document without any."""
    if not doc or not doc.get("doctype") or not frappe.db.exists(doc.doctype, doc.name):
        return ""
    rows = signatures_of(doc.doctype, doc.name)
    if not rows:
        return ""
    head = (_("Signed by"), _("Meaning"), _("Date and time"), _("Reason"), _("State"))
    cells = "".join(f"<th>{escape_html(label)}</th>" for label in head)
    body = "".join(_row(row) for row in rows)
    title = escape_html(_("Signed electronically"))
    return (
        f'<div class="signatures"><h3>{title}</h3><table class="table table-bordered rows">'
        f"<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: dict[str, Any]) -> str:
    moment = f"{str(row['signed_at'])[:19]} {row['time_zone'] or ''}"
    if row["signed_at_utc"]:
        moment += f" ({row['signed_at_utc'][:19]}Z)"
    state = _("valid") if row["valid"] else f"{_('BROKEN')}: {row['fault']}"
    values = (row["printed_name"], _(row["meaning"]), moment, row["reason"] or "", state)
    return "<tr>" + "".join(f"<td>{escape_html(str(value))}</td>" for value in values) + "</tr>"
