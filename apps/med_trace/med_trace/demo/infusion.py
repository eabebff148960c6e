"""How the plant makes and ships infusion sets; two of its stories do. Each set knows the parts in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from frappe.model.document import Document
from frappe.utils import now_datetime
from med_trace.demo import papers
from med_trace.demo.plant import Plant
from med_trace.ledger.service import create_units

ITEM = "INFUSION-SET"
CAVITIES = 8


@dataclass(frozen=True)
class Parts:
    """The lots that a set is made of."""

    bodies: str
    tubing: str
    bags: str


def assemble(plant: Plant, lot: str, days_ago: int, pieces: int, parts: Parts) -> tuple[str, list[str]]:
    """Assembly, leak test and packaging in the cleanroom; returns the lot and its units.

    Bodies come from trays sorted by cavity: one after the other goes into the next set.
    """
    papers.start(plant, ITEM, lot, days_ago)
    serials = [f"I{lot[3:]}-{piece:03d}" for piece in range(1, pieces + 1)]
    units = create_units(lot, serials)
    papers.manufacture(plant, _put_together(plant, lot, days_ago, serials, units, parts))
    papers.run(
        lot,
        20,
        "Leak tester 1",
        plant.at(days_ago, "11:45"),
        plant.at(days_ago, "12:30"),
        {"Pressure drop": 0.9},
    )
    papers.use_up(plant, _pack(plant, lot, days_ago, pieces, parts))
    return lot, units


def _put_together(
    plant: Plant, lot: str, days_ago: int, serials: Sequence[str], units: Sequence[str], parts: Parts
) -> Document:
    pieces = len(serials)
    return papers.run(
        lot,
        10,
        "Cleanroom bench 3",
        plant.at(days_ago, "09:00"),
        plant.at(days_ago, "11:30"),
        {"Solvent dwell": 5.1},
        location=plant.warehouse("Cleanroom"),
        shift="Early",
        quantity_good=pieces,
        materials=[
            *(
                {"lot": parts.bodies, "quantity": 1, "cavity": str(place % CAVITIES + 1), "into_unit": unit}
                for place, unit in enumerate(units)
            ),
            {"lot": parts.tubing, "quantity": pieces},
        ],
        outputs=[{"serial_numbers": "\n".join(serials), "quantity": pieces}],
    )


def _pack(plant: Plant, lot: str, days_ago: int, pieces: int, parts: Parts) -> Document:
    return papers.run(
        lot,
        30,
        "Pouch sealer 2",
        plant.at(days_ago, "13:00"),
        plant.at(days_ago, "15:00"),
        {"Seal temperature": {"value": 128.2, "minimum": 126.9, "maximum": 129.8}},
        location=plant.warehouse("Cleanroom"),
        shift="Early",
        materials=[{"lot": parts.bags, "quantity": pieces}],
    )


def sterilise_and_inspect(plant: Plant, lot: str, days_ago: int, units: Sequence[str]) -> None:
    """The last operation, and the final inspection; the lot then awaits its release."""
    papers.run(
        lot,
        40,
        "Ethylene oxide chamber",
        plant.at(days_ago, "06:00"),
        plant.at(days_ago, "10:30"),
        {"Gas concentration": 612, "Exposure time": 240},
        remarks=f"Load E-{days_ago:03d}",
    )
    papers.inspect(lot, "SET-FINAL", plant.at(days_ago, "14:00"), units=units)


def ship(plant: Plant, lot: str, units: Sequence[str], shipped: Sequence[tuple[str, int]]) -> dict[str, str]:
    """To the finished goods, and to each customer the next so many; returns the Delivery Notes."""
    papers.transfer(plant, lot, len(units), "Work In Progress", "Finished Goods", now_datetime(), units)
    deliveries, sent = {}, 0
    for customer, count in shipped:
        row = {"lot": lot, "serials": units[sent : sent + count]}
        deliveries[customer] = papers.deliver(plant, customer, [row])
        sent += count
    return deliveries
