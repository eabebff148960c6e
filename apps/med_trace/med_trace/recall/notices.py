"""Writes the notice to one consignee: what to stop using, how much of it was sent, what to answer."""

from __future__ import annotations

import html
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.domain.errors import NotFound
from med_trace.ledger.fetch import fetch_named
from med_trace.ledger.pdf import pdf_of
from med_trace.ledger.shown import shown
from med_trace.ledger.signing import signatures_of
from med_trace.recall.states import RecallState, require_state

LANGUAGES = ("en", "zh")
TEMPLATE = "med_trace/recall/notice.html"


@shown()
def notice_html(recall: Document, consignee: str, lang: str | None = None) -> str:
    """The notice as an HTML page, in the consignee's language (Customer) where the app speaks it, else in English.

    `lang` asks for another one. Raises NotFound for one who received nothing in scope.
    """
    require_state(recall, RecallState.SCOPED, RecallState.INITIATED, RecallState.TERMINATED)
    rows = [row for row in recall.consignees if row.consignee == consignee]
    if not rows:
        raise NotFound("{0} is no consignee of recall {1}.", consignee, recall.name)
    return frappe.render_template(TEMPLATE, _context(recall, rows, lang), is_path=True)


def notice_pdf(recall: Document, consignee: str, lang: str | None = None) -> bytes:
    return pdf_of(notice_html(recall, consignee, lang))


@shown()
def record_notice(recall: Document, consignee: str, method: str, at: datetime | None = None) -> None:
    """Enter that a consignee was notified, when and how, for all that it received."""
    require_state(recall, RecallState.INITIATED)
    rows = [row for row in recall.consignees if row.consignee == consignee]
    if not rows:
        raise NotFound("{0} is no consignee of recall {1}.", consignee, recall.name)
    for row in rows:
        row.notified_on, row.notice_method = at or now_datetime(), method
    recall.save()


def _context(recall: Document, rows: list[Document], lang: str | None) -> dict[str, Any]:
    language = _language(lang or frappe.db.get_value("Customer", rows[0].consignee, "language"))
    items = {row.item_code for row in rows if row.item_code}
    lots = fetch_named("Material Lot", [row.lot for row in rows], ["gtin"])
    return {
        "recall": recall,
        "plain": _plain,
        "lang": language,
        "said": lambda text, *given: _(text, language).format(*given) if text else "",
        "rows": rows,
        "item_names": {item: frappe.get_cached_value("Item", item, "item_name") or item for item in items},
        "gtins": {name: lot["gtin"] or "" for name, lot in lots.items()},
        "signatures": [one for one in signatures_of(recall.doctype, recall.name) if one["valid"]],
        "is_draft": recall.workflow_state == RecallState.SCOPED.value,
    }


def _language(wanted: str | None) -> str:
    """The language of a dialect ("zh-TW" reads "zh"); English where the app does not speak it."""
    code = str(wanted or "").split("-")[0]
    return code if code in LANGUAGES else "en"


def _plain(text: Any) -> str:
    """What was typed: Frappe keeps a text that looks like markup with its signs escaped."""
    return html.unescape(str(text or ""))
