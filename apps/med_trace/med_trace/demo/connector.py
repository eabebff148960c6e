"""Story 2: connector bodies from an 8-cavity mould; cavity 5 makes short shots between 10:00 and 11:30.

The bodies go into infusion sets, each of which knows the cavity that its body came from. When a set leaks at a
hospital, the question is what the cause could be in: a slice of what was made, beside the whole lots.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from med_trace.demo import infusion, papers
from med_trace.demo.plant import Plant
from med_trace.demo.users import QUALITY, acting_as
from med_trace.nonconformance.service import open_ncr

MOULD = "MOULD-8C-01"
BAD_CAVITY = "5"
SHOTS_A_MINUTE = 2
SHIFT = ("08:00", "14:00")
WINDOW = ("10:00", "11:30")
DAYS_AGO = 6
SETS = 24


@dataclass(frozen=True)
class Connector:
    """What the story left behind."""

    resin: str
    tubing: str
    bags: str
    bodies: str
    sets: str
    units: list[str]
    deliveries: dict[str, str]
    window: tuple[datetime, datetime]
    leaking_unit: str
    ncr: str

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """The cause, as a scope is asked for."""
        return [
            {"criterion": "Tool", "value": MOULD},
            {"criterion": "Cavity", "value": BAD_CAVITY},
            {"criterion": "Time Window", "from_time": str(self.window[0]), "to_time": str(self.window[1])},
        ]


def tell(plant: Plant) -> Connector:
    """Receive, mould, inspect, assemble, release and ship; then a set leaks and the cause is found."""
    resin, tubing, bags = papers.receive(plant, "connector")
    for lot, plan in ((resin, "RESIN-IN"), (tubing, "TUBING-IN"), (bags, "BAG-IN")):
        papers.inspect(lot, plan, plant.at(8, "10:00"))
    bodies = mould(plant, resin)
    lot, units = infusion.assemble(
        plant, plant.numbered("IS-2608"), DAYS_AGO - 1, SETS, infusion.Parts(bodies, tubing, bags)
    )
    infusion.sterilise_and_inspect(plant, lot, DAYS_AGO - 2, units)
    papers.release(plant, lot)
    deliveries = infusion.ship(plant, lot, units, (("Charite Klinik Nord", 10), ("Huashan City Hospital", 6)))
    window = (plant.at(DAYS_AGO, WINDOW[0]), plant.at(DAYS_AGO, WINDOW[1]))
    leaking = units[int(BAD_CAVITY) - 1]
    ncr = _find_the_cause(bodies, leaking, window)
    return Connector(resin, tubing, bags, bodies, lot, units, deliveries, window, leaking, ncr)


def mould(plant: Plant, resin: str) -> str:
    """Six hours of moulding, the output told apart by cavity and by time; sampled and accepted."""
    lot = papers.start(plant, "CONN-BODY", plant.numbered("CB-2608"), DAYS_AGO)
    outputs = list(_outputs(plant))
    made = sum(row["quantity"] for row in outputs)
    record = papers.run(
        lot,
        10,
        "Engel 120 t",
        plant.at(DAYS_AGO, SHIFT[0]),
        plant.at(DAYS_AGO, SHIFT[1]),
        {
            "Melt temperature": {"value": 264.6, "minimum": 261.8, "maximum": 267.9},
            "Injection pressure": {"value": 948, "minimum": 902, "maximum": 991},
            "Cycle time": {"value": 30, "minimum": 29.7, "maximum": 30.4},
            "Resin moisture": 0.011,
        },
        tool=MOULD,
        shift="Early",
        quantity_good=made,
        materials=[{"lot": resin, "quantity": 15}],
        outputs=outputs,
    )
    papers.manufacture(plant, record)
    papers.run(lot, 20, "Degating bench", plant.at(DAYS_AGO, "14:10"), plant.at(DAYS_AGO, "15:00"))
    papers.inspect(lot, "BODY-MOULDED", plant.at(DAYS_AGO, "15:30"))
    return lot


def _outputs(plant: Plant) -> Iterator[dict[str, Any]]:
    """One row for each cavity before, within and after the window."""
    marks = [plant.at(DAYS_AGO, clock) for clock in (SHIFT[0], *WINDOW, SHIFT[1])]
    half_a_cycle = timedelta(seconds=30 / SHOTS_A_MINUTE)
    for began, ended in pairwise(marks):
        made = {"made_from": began + half_a_cycle, "made_to": ended - half_a_cycle}
        shots = (ended - began) // timedelta(minutes=1) * SHOTS_A_MINUTE
        for cavity in range(1, 9):
            yield {"cavity": str(cavity), "quantity": shots, **made}


def _find_the_cause(bodies: str, leaking: str, window: tuple[datetime, datetime]) -> str:
    """Quality traces the leak to the cavity; the bodies and what was made of them are held."""
    began, ended = (moment.strftime("%H:%M") for moment in window)
    with acting_as(QUALITY):
        return open_ncr(
            f"Short shots in cavity {BAD_CAVITY}, {began} to {ended}",
            [bodies],
            severity="Critical",
            description=f"Set {leaking} leaked at the connector in Berlin. The gate of cavity {BAD_CAVITY} of {MOULD} "
            "was partly blocked; the purge record shows when it cleared.",
            containment="Rest of the lot and sets on stock on hold.",
        )
