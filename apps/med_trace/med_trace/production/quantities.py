"""How many pieces went in and came out of an operation, and the ledger rows that say so."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt, get_datetime
from med_trace.domain.errors import BadInput
from med_trace.domain.event import Action, Row
from med_trace.ledger.service import create_units
from med_trace.receiving.stock_lines import split_serials, to_decimal
from med_trace.receiving.units import rows_for

QUANTITIES = ("quantity_good", "quantity_rework", "quantity_scrap", "quantity_sampled")


def fill_outputs(doc: Document) -> None:
    """Count serial numbers, and refuse output rows that contradict themselves or their tool."""
    cavities = frappe.db.get_value("Tool", doc.tool, "cavities") if doc.tool else 0
    for row in doc.outputs:
        _require_cavity(row, cavities or 0)
        serials = split_serials(row.serial_numbers)
        if serials and not flt(row.quantity):
            row.quantity = len(serials)
        if serials and flt(row.quantity) != len(serials):
            raise BadInput(
                "Output row {0}: {1} serial numbers are given for a quantity of {2}.",
                row.idx,
                len(serials),
                row.quantity,
                field="serial_numbers",
            )
        if row.made_from and row.made_to and get_datetime(row.made_to) < get_datetime(row.made_from):
            raise BadInput("Output row {0}: Made To is before Made From.", row.idx, field="made_to")


def _require_cavity(row: Document, cavities: int) -> None:
    """A numbered cavity is one that the tool has."""
    if cavities and (row.cavity or "").isdigit() and not 1 <= int(row.cavity) <= cavities:
        raise BadInput(
            "Output row {0}: the tool has cavities 1 to {1}; {2} was given.",
            row.idx,
            cavities,
            row.cavity,
            field="cavity",
        )


def fill_quantities(doc: Document, makes: bool) -> None:
    """Fill what follows from the rest, and refuse quantities that do not add up. `makes`: pieces are created."""
    total = sum((to_decimal(doc.get(field)) for field in QUANTITIES), Decimal(0))
    if not total and not makes:
        doc.quantity_good = doc.quantity_in or flt(frappe.db.get_value("Material Lot", doc.lot, "on_hand"))
        total = to_decimal(doc.quantity_good)
    if not total and makes:
        raise BadInput(
            "Operation {0} makes the pieces: say how many.", doc.operation_name, field="quantity_good"
        )
    doc.quantity_in = doc.quantity_in or float(total)
    if to_decimal(doc.quantity_in) != total:
        raise BadInput(
            "{0} went in, but good, rework, scrap and sampled add up to {1}. Make them equal.",
            to_decimal(doc.quantity_in),
            total,
            field="quantity_in",
        )
    _require_outputs_agree(doc)


def _require_outputs_agree(doc: Document) -> None:
    """Outputs list the pieces that stay: good and to rework."""
    listed = sum((to_decimal(row.quantity) for row in doc.outputs), Decimal(0))
    kept = to_decimal(doc.quantity_good) + to_decimal(doc.quantity_rework)
    if doc.outputs and listed != kept:
        raise BadInput(
            "The outputs list {0} pieces; good and rework are {1}. Make them equal.",
            listed,
            kept,
            field="outputs",
        )


def rows_of(doc: Document, makes: bool) -> Iterator[Row]:
    """The ledger rows of a record: materials in, pieces out, scrap and samples."""
    for material in doc.materials:
        yield Row(
            Action.CONSUME,
            material.lot,
            to_decimal(material.quantity),
            serial_unit=material.serial_unit or None,
            into_unit=material.into_unit or None,
            **_cause(doc, material.cavity),
        )
    yield from _pieces(doc, makes)
    yield from lost_rows(doc, makes)


def lost_rows(doc: Document, makes: bool) -> Iterator[Row]:
    """Pieces scrapped and sampled, by serial number where they have one."""
    for action, quantity, serials in (
        (Action.SCRAP, doc.quantity_scrap, doc.scrapped_serials),
        (Action.SAMPLE, doc.quantity_sampled, doc.sampled_serials),
    ):
        if flt(quantity):
            lost = split_serials(serials)
            yield from rows_for(action, doc.lot, to_decimal(quantity), lost, are_new=makes, **_cause(doc))


def _pieces(doc: Document, makes: bool) -> Iterator[Row]:
    """The pieces made or processed: by cavity, serial number and time where that was written down."""
    action = Action.PRODUCE if makes else Action.PROCESS
    rest = to_decimal(doc.quantity_in)
    for output in doc.outputs:
        rest -= to_decimal(output.quantity)
        yield from _output_rows(doc, output, action)
    if rest or not doc.outputs:
        yield Row(action, doc.lot, rest, **_cause(doc))


def require_pieces_listed(doc: Document) -> None:
    """Refuse material for a piece that this record does not bring forth and that was not there before."""
    coming = {serial.casefold() for row in doc.outputs for serial in split_serials(row.serial_numbers)}
    wanted = {row.into_unit for row in doc.materials if row.into_unit}
    fields = ["name", "serial_no", "lot", "whereabouts"]
    for unit in frappe.get_all("Serial Unit", filters={"name": ["in", sorted(wanted)]}, fields=fields):
        if unit.lot != doc.lot:
            raise BadInput("{0} is not a unit of lot {1}.", unit.name, doc.lot, field="into_unit")
        if not unit.whereabouts and unit.serial_no.casefold() not in coming:
            raise BadInput(
                "Material went into {0}, but it is not among the pieces that came out. List its serial number.",
                unit.serial_no,
                field="outputs",
            )


def _output_rows(doc: Document, output: Document, action: Action) -> Iterator[Row]:
    cause = {
        **_cause(doc, output.cavity),
        "made_from": get_datetime(output.made_from) if output.made_from else None,
        "made_to": get_datetime(output.made_to) if output.made_to else None,
    }
    serials = split_serials(output.serial_numbers)
    if not serials:
        yield Row(action, doc.lot, to_decimal(output.quantity), **cause)
        return
    units = create_units(
        doc.lot,
        serials,
        item_code=doc.item_code,
        cavity=output.cavity,
        tool=doc.tool,
        equipment=doc.equipment,
    )
    for unit in units:
        yield Row(action, doc.lot, Decimal(1), serial_unit=unit, **cause)


def _cause(doc: Document, cavity: str | None = None) -> dict[str, Any]:
    """What isolates a cause later."""
    return {
        "equipment": doc.equipment or None,
        "tool": doc.tool or None,
        "cavity": cavity or None,
        "operator": doc.operator or None,
    }
