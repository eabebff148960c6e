"""What machines post: readings into the open record of their own equipment, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from med_trace.api.edge import as_dict, as_list, as_moment, as_number, as_text, shown
from med_trace.domain.roles import MACHINE
from med_trace.production import machine
from med_trace.production.machine import Reading, Series


@frappe.whitelist()
@shown()
def open_records(device: str | None = None) -> list[dict[str, Any]]:
    """The open records of a device's equipment: name, lot, operation_no, operation_name, started_at, parameters
    [parameter, uom, target, limits, critical].

    Errors: 403 unless the session is that of the registered, active device's own user.
    """
    _require_machine_role()
    return machine.open_records(as_text(device, "device", required=True))


@frappe.whitelist(methods=["POST"])
@shown()
def post_readings(
    device: str | None = None,
    process_record: str | None = None,
    readings: list | str | None = None,
    series: list | str | None = None,
) -> list[dict[str, Any]]:
    """Post readings of a registered machine into an open Process Record of its equipment.

    `readings`: objects with `parameter`, `value` and/or `minimum` and `maximum`, and `at` (ISO 8601). `series`:
    objects with `parameter`, `file_name` and `content` (the recording as text); it is kept with its hash.
    Returns parameter and judgement (OK, Warning, Out Of Specification) of each. All or nothing.

    Errors: 403 unless the session is that of the registered, active device's own user, the record runs on the
    device's equipment and is open; 404 for a record that does not exist; 417 for an unknown parameter or value.
    """
    _require_machine_role()
    return machine.post_readings(
        as_text(device, "device", required=True),
        as_text(process_record, "process_record", required=True),
        [
            _reading(one, f"readings[{number}]")
            for number, one in enumerate(as_list(readings or [], "readings"))
        ],
        [_series(one, f"series[{number}]") for number, one in enumerate(as_list(series or [], "series"))],
    )


def _require_machine_role() -> None:
    if MACHINE not in frappe.get_roles():
        frappe.throw(
            _("Only machines post readings here; it takes the role {0}.").format(MACHINE),
            frappe.PermissionError,
        )


def _reading(stated: Any, where: str) -> Reading:
    given = as_dict(stated, where)
    return Reading(
        parameter=as_text(given.get("parameter"), f"{where}.parameter", required=True),
        value=_number(given, "value", where),
        minimum=_number(given, "minimum", where),
        maximum=_number(given, "maximum", where),
        at=as_moment(given.get("at"), f"{where}.at"),
    )


def _number(given: dict[str, Any], field: str, where: str) -> Decimal | None:
    value = given.get(field)
    return None if value is None or value == "" else as_number(value, f"{where}.{field}")


def _series(stated: Any, where: str) -> Series:
    given = as_dict(stated, where)
    content = given.get("content")
    return Series(
        parameter=as_text(given.get("parameter"), f"{where}.parameter", required=True),
        file_name=as_text(given.get("file_name"), f"{where}.file_name", required=True),
        content=content if isinstance(content, str) else frappe.as_json(content),
    )
