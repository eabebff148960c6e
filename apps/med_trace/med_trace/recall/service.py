"""The verbs of a recall, from its scope to its end."""

from med_trace.recall.holding import lift_all_holds, lift_recall, place_holds, record_recalled, withdraw
from med_trace.recall.notices import notice_html, notice_pdf, record_notice
from med_trace.recall.progress import (
    record_check,
    record_recovered,
    record_reply,
    refresh_returns,
    require_terminable,
    status_report,
)
from med_trace.recall.scoping import build_scope, fill_scope, require_current_scope, verify_snapshot

__all__ = [
    "build_scope",
    "fill_scope",
    "lift_all_holds",
    "lift_recall",
    "notice_html",
    "notice_pdf",
    "place_holds",
    "record_check",
    "record_notice",
    "record_recalled",
    "record_recovered",
    "record_reply",
    "refresh_returns",
    "require_current_scope",
    "require_terminable",
    "status_report",
    "verify_snapshot",
    "withdraw",
]
