"""What stands on the shop floor today, for whoever wants to go on: nothing here is finished.

Tubing waits for its inspection, a bar from a supplier without approval is held, one lot of screws is between two
operations, and another waits for the signatures of its release.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from med_trace.demo import implant, papers
from med_trace.demo.plant import Plant
from med_trace.demo.users import SUPERVISOR, acting_as

BETWEEN_OPERATIONS = implant.Batch("SC-2604", "TI-H822", 2, 10, ())
AWAITING_RELEASE = implant.Batch("SC-2605", "TI-H822", 3, 8, ())


@dataclass(frozen=True)
class Today:
    """What waits for whom."""

    to_inspect: str
    unapproved: str
    between_operations: str
    awaiting_release: str
    release: str


def tell(plant: Plant, bar: str) -> Today:
    """Set the scene; `bar` is an accepted lot of titanium."""
    to_inspect, unapproved = papers.receive(plant, "today")
    begun, done = (plant.numbered(batch.number) for batch in (BETWEEN_OPERATIONS, AWAITING_RELEASE))
    implant.turn(plant, BETWEEN_OPERATIONS, begun, bar)
    day = BETWEEN_OPERATIONS.days_ago
    units = implant.serials_of(plant, BETWEEN_OPERATIONS)
    papers.inspect(begun, "SCREW-TURNED", plant.at(day, "11:00"), units=units[:3])
    times = (plant.at(day, "11:30"), plant.at(day, "13:00"))
    papers.run(begun, 20, "Polishing bench 1", *times, {"Polishing time": 12.5})
    implant.turn(plant, AWAITING_RELEASE, done, bar)
    implant.finish(plant, AWAITING_RELEASE, done, implant.serials_of(plant, AWAITING_RELEASE))
    with acting_as(SUPERVISOR):
        release = frappe.get_doc({"doctype": "Lot Release", "lot": done}).insert().name
    return Today(to_inspect, unapproved, begun, done, release)
