"""Where did it go, what is it made of: the trace over REST. Thin; `trace/` answers."""

from __future__ import annotations

from typing import Any

import frappe
from med_trace.api.edge import as_list, as_moment, as_text, shown
from med_trace.domain.errors import BadInput
from med_trace.ledger.audit import access
from med_trace.ledger.openness import closed
from med_trace.trace import service
from med_trace.trace.export import FORMATS
from med_trace.trace.graph import DIRECTIONS
from med_trace.trace.graph import graph as graph_of
from med_trace.trace.marks import marks_of
from med_trace.trace.timeline import LANES
from med_trace.trace.timeline import timeline as timeline_of

MOST_LANES = 200
MOST_LOTS = 500
PICTURES = ("svg", "png")


@frappe.whitelist()
def forward(lot: str | None = None, depth: int | None = None) -> dict[str, Any]:
    """Everything that something of `lot` went into, to the consignees.

    Args: `lot` name of a Material Lot; `depth` generations to follow (none = all of them).
    Returns `root`, `nodes` (lots with state, quantities and generation; consignees at the ends), `links`
    (from, to, event, type, time, quantity, uom), `complete` (False only where `depth` left lots out),
    `beyond` (how many lots lie directly behind that depth) and `closed`, how many of the nodes this user may
    not read: they have the type "Not open to you", a number of their own and nothing else.
    Raises PermissionError, DoesNotExistError (404) for an unknown lot, ValidationError for a bad depth.
    """
    return service.forward(_require_readable(lot), _as_depth(depth))


@frappe.whitelist()
def backward(lot: str | None = None, depth: int | None = None) -> dict[str, Any]:
    """Everything that went into `lot`, to the supplier lots. Arguments and result as `forward`."""
    return service.backward(_require_readable(lot), _as_depth(depth))


@frappe.whitelist()
def balance(lot: str | None = None) -> dict[str, Any]:
    """Where every piece of a lot went: made and corrected = on hand + everything used up, out or gone.

    Args: `lot` name of a Material Lot.
    Returns in the lot's `uom`: `made`, `on_hand` (of it `blocked`), `consumed`, `issued`, `scrapped`,
    `sampled`, `moved_on` (split, merged, relabelled), `returned_to_supplier`, `shipped`, `returned`,
    `at_consignees`, `used` (reported, part of shipped), `corrected`, `difference` (what is missing), `closes`,
    and `gaps` [{kind, quantity, message, event}].
    Raises PermissionError, DoesNotExistError (404) for an unknown lot.
    """
    return service.balance(_require_readable(lot))


@frappe.whitelist()
@shown()
def graph(lot: str | None = None, direction: str | None = None) -> dict[str, Any]:
    """The whole trace as columns, for a picture of any size.

    Args: `lot`; `direction` forward (default), backward, or both (what lies behind has negative generations).
    Returns root, direction, complete, `ids` of the nodes, `nodes` {column: {values, rows}} where row n says which of
    the values (0 = none, n = values[n - 1]; no rows at all = none anywhere), `links` {from, to: places in `ids`;
    count, quantity; type, uom, time as columns}: one for each pair of nodes, kind and unit, and `marks`
    [[place, kind, count, bad]]: Inspection, NCR, Hold, Deviation, Release, Certificate.
    Raises PermissionError, DoesNotExistError (404) for an unknown lot, BadInput for another direction.
    """
    return graph_of(_require_readable(lot), _as_word(direction, "direction", DIRECTIONS))


@frappe.whitelist()
@shown()
def marks(lots: list | str | None = None) -> list[dict[str, Any]]:
    """What lies on the way at these lots: {lot, kind, doctype, name, title, state, time, bad}, in time.

    Args: `lots` a list of at most 500 names. Raises PermissionError, BadInput.
    """
    frappe.has_permission("Material Lot", "read", throw=True)
    names = _as_names(lots, "lots", MOST_LOTS)
    hidden = closed("Material Lot", names)
    return marks_of([lot for lot in names if lot not in hidden])


@frappe.whitelist()
@shown()
def timeline(
    lot: str | None = None,
    direction: str | None = None,
    by: str | None = None,
    start: int | None = None,
    limit: int | None = None,
    since: str | None = None,
    until: str | None = None,
) -> dict[str, Any]:
    """The events of a trace in lanes.

    Args: `lot`, `direction` as `graph`; `by` lot (default), equipment or supplier; `start`, `limit` the page of lanes
    (50, at most 200); `since`, `until` the time to look at (none: all of it).
    Returns by, doctype of the lanes, total lanes, from, to, and `lanes` [{id, title, state, count, points}]; a point is
    {at, until, middle (of its step, 0 to 1), count, types {type: count}, events [{at, type, event, lot}] of up to 20}.
    Raises PermissionError, DoesNotExistError (404) for an unknown lot, BadInput.
    """
    known = _require_readable(lot)
    return timeline_of(
        known,
        _as_word(direction, "direction", DIRECTIONS),
        _as_word(by, "by", tuple(LANES)),
        _as_count(start, "start", 0),
        min(_as_count(limit, "limit", 50), MOST_LANES),
        as_moment(since, "since"),
        as_moment(until, "until"),
    )


@frappe.whitelist(methods=["POST"])
@shown()
def export(
    lot: str | None = None,
    direction: str | None = None,
    format: str | None = None,
    only: list | str | None = None,
) -> None:
    """The trace as a file; who took it is recorded.

    Args: `lot`, `direction` as `graph`; `format` csv (default) or json; `only` the nodes that are shown (none: all).
    Raises PermissionError, DoesNotExistError (404) for an unknown lot, BadInput.
    """
    known = _require_readable(lot)
    way, ending = _as_word(direction, "direction", DIRECTIONS), _as_word(format, "format", tuple(FORMATS))
    wanted = None if only is None else set(_as_names(only, "only"))
    content = FORMATS[ending](known, way, wanted)
    access.exported(
        "Material Lot", known, f"Trace {way} ({ending}), {len(wanted) if wanted is not None else 'all'} nodes"
    )
    frappe.response.filename = f"trace-{known}-{way}.{ending}"
    frappe.response.filecontent = content
    frappe.response.type = "download"


@frappe.whitelist(methods=["POST"])
@shown()
def picture_exported(
    lot: str | None = None, direction: str | None = None, format: str | None = None, digest: str | None = None
) -> str:
    """Records that the picture of a trace was taken as a file, before the page hands it over.

    Args: `lot`, `direction` as `graph`; `format` svg or png; `digest` SHA-256 of the file.
    Returns the file's name. Raises as `export`.
    """
    known = _require_readable(lot)
    way, ending = _as_word(direction, "direction", DIRECTIONS), _as_word(format, "format", PICTURES)
    sha256 = as_text(digest, "digest", required=True)
    access.exported("Material Lot", known, f"Trace {way} ({ending}), SHA-256 {sha256[:64]}")
    return f"trace-{known}-{way}.{ending}"


def _as_word(given: Any, field: str, known: tuple[str, ...]) -> str:
    """One of the known words; the first where none is given."""
    text = as_text(given, field) or known[0]
    if text not in known:
        raise BadInput(
            "{0}: {1!r} is not known; expected one of {2}.", field, text, ", ".join(known), field=field
        )
    return text


def _as_names(given: Any, field: str, most: int | None = None) -> list[str]:
    names = [as_text(one, field, required=True) for one in as_list(given, field)]
    if most is not None and len(names) > most:
        raise BadInput("{0}: {1} are given, at most {2} at a time.", field, len(names), most, field=field)
    return names


def _as_count(given: Any, field: str, default: int) -> int:
    """A whole number from 0; an address says it as text."""
    if given is None or given == "":
        return default
    if not str(given).isdecimal() or len(str(given)) > 9:
        raise BadInput("{0} is {1}; give a whole number from 0.", field, given, field=field)
    return int(given)


def _require_readable(lot: str | None) -> str:
    """The lot's own name, or an error that says what is wrong."""
    frappe.has_permission("Material Lot", "read", throw=True)
    with shown():
        name = as_text(lot, "lot")
    known = frappe.db.get_value("Material Lot", name) if name else None
    if not known:
        frappe.throw(
            frappe._("There is no Material Lot {0}. Scan its label or search for it by item.").format(
                name or ""
            ),
            frappe.DoesNotExistError,
        )
    # a User Permission may hide this one
    frappe.has_permission("Material Lot", "read", doc=known, throw=True)
    return known


def _as_depth(given: Any) -> int | None:
    """A whole number from 0; an address says it as text."""
    if given is None or given == "":
        return None
    depth = int(given) if str(given).isdecimal() else -1
    if depth < 0:
        frappe.throw(frappe._("depth is {0}; give 0 or more, or leave it out for all.").format(given))
    return depth
