"""One door for what devices kept while they were offline. Thin; `ledger.device_entries` does each entry once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import frappe
from med_trace.api import distribution, inspection, ledger, lots, work
from med_trace.api.edge import as_dict, as_moment, as_text, require_permission, shown
from med_trace.domain.errors import BadInput
from med_trace.ledger import device_entries
from med_trace.ledger.device_entries import Entry

# What may be kept on a device: each asks for its own permission when it is carried out.
QUEUEABLE: dict[str, Callable[..., Any]] = {
    "med_trace.api.work.save": work.save,
    "med_trace.api.work.consume": work.consume,
    "med_trace.api.work.take_back": work.take_back,
    "med_trace.api.work.finish": work.finish,
    "med_trace.api.work.report_fault": work.report_fault,
    "med_trace.api.inspection.save": inspection.save,
    "med_trace.api.inspection.finish": inspection.finish,
    "med_trace.api.ledger.record": ledger.record,
    "med_trace.api.lots.split": lots.split,
    "med_trace.api.lots.merge": lots.merge,
    "med_trace.api.lots.finish_lot": lots.finish_lot,
    "med_trace.api.lots.relabel": lots.relabel,
    "med_trace.api.lots.scrap": lots.scrap,
    "med_trace.api.lots.sample": lots.sample,
    "med_trace.api.lots.send_back": lots.send_back,
    "med_trace.api.distribution.accept_return": distribution.accept_return,
    "med_trace.api.distribution.pack": distribution.pack,
    "med_trace.api.distribution.unpack": distribution.unpack,
}


@frappe.whitelist(methods=["POST"])
@shown()
def submit(
    client_id: str | None = None,
    method: str | None = None,
    arguments: Any = None,
    entered_at: str | None = None,
    title: str | None = None,
) -> dict[str, Any]:
    """Carry out what was entered on a device, once: {result, repeated}.

    `client_id` is the device's own id of the entry: sent again with the same content it returns the first
    result, with another content 409. `method` is one of those that devices may keep, `arguments` an object of
    its arguments, `entered_at` when it was typed (ISO 8601).

    Errors: those of `method`, and nothing is registered then; 409 for an id used otherwise, or while the same
    entry is being carried out; 417 for a method that is not kept.
    """
    require_permission("Material Lot")
    entry = _entry(client_id, method, arguments, entered_at, title)
    return device_entries.carry_out(entry, lambda: QUEUEABLE[entry.method](**entry.content))


@frappe.whitelist(methods=["POST"])
@shown()
def discard(
    client_id: str | None = None,
    method: str | None = None,
    arguments: Any = None,
    reason: str | None = None,
    refusal: str | None = None,
    entered_at: str | None = None,
    title: str | None = None,
) -> dict[str, Any]:
    """Give up an entry that was refused, with a reason: {outcome, result}. It stays on file with its content
    and the server's `refusal`; one that was carried out after all is Done, and stays so.

    Errors: 417 without a reason; else as `submit`.
    """
    require_permission("Material Lot")
    why = as_text(reason, "reason", required=True)
    entry = _entry(client_id, method, arguments, entered_at, title)
    return device_entries.discard(entry, why, as_text(refusal, "refusal") or "")


def _entry(client_id: Any, method: Any, arguments: Any, entered_at: Any, title: Any) -> Entry:
    named = as_text(method, "method", required=True)
    if named not in QUEUEABLE:
        raise BadInput("method: {0} is not kept on devices.", named, field="method")
    given = as_dict(arguments or {}, "arguments")
    unknown = sorted(set(map(str, given)) - set(inspect.signature(QUEUEABLE[named]).parameters))
    if unknown:
        raise BadInput("arguments: {0} is not known.", unknown[0], field="arguments")
    moment = as_moment(entered_at, "entered_at")
    return Entry(
        as_text(client_id, "client_id", required=True), named, given, as_text(title, "title") or "", moment
    )
