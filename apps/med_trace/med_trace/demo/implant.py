"""Story 1: a pedicle screw, from the titanium bar to three hospitals, and back from a complaint to its heat.

Turning takes its parameters from the recording of a real machine (`fixtures/machine-data`); the file stays
with the Process Record, with its hash. A complaint has no document of its own yet: it is recorded as an NCR
on the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import frappe
from med_trace.demo import machine_data, papers
from med_trace.demo.plant import Plant
from med_trace.demo.users import OPERATOR, QUALITY, acting_as
from med_trace.nonconformance.service import open_ncr

ITEM = "SCREW-6540"
METRES_A_SCREW = 0.05
OKUMA = "Okuma MULTUS U3000"


@dataclass(frozen=True)
class Batch:
    """One lot of screws: the bar lot that it is turned from, pieces, and where they go by hospital."""

    number: str
    bar: str
    days_ago: int
    pieces: int
    shipped: tuple[tuple[str, int], ...]


BATCHES = (
    Batch("SC-2601", "TI-H817", 11, 12, (("St. Mary Hospital", 5), ("Charite Klinik Nord", 4))),
    Batch("SC-2602", "TI-H817", 10, 8, (("Huashan City Hospital", 4), ("St. Mary Hospital", 2))),
    Batch("SC-2603", "TI-H822", 9, 6, (("Huashan City Hospital", 3),)),
)


@dataclass(frozen=True)
class Implant:
    """What the story left behind."""

    bars: dict[str, str]
    units: dict[str, list[str]]
    turning: dict[str, str]
    releases: dict[str, str]
    deliveries: dict[tuple[str, str], str]
    complaint_unit: str
    complaint: str

    @property
    def lots(self) -> list[str]:
        return list(self.units)


def tell(plant: Plant) -> Implant:
    """Receive, turn, finish, inspect, release and ship three lots of screws; then a complaint comes in."""
    bars = receive(plant)
    story = Implant(bars, {}, {}, {}, {}, f"S2601-003{plant.tag}", "")
    for batch in BATCHES:
        lot = plant.numbered(batch.number)
        story.turning[lot] = turn(plant, batch, lot, bars[batch.bar])
        story.units[lot] = serials_of(plant, batch)
        finish(plant, batch, lot, story.units[lot])
        story.releases[lot] = papers.release(plant, lot)
        _ship(plant, batch, lot, story)
    return Implant(**{**story.__dict__, "complaint": _complain(story)})


def receive(plant: Plant) -> dict[str, str]:
    """Two heats of titanium, received, inspected and accepted; the lots by their number in the files."""
    bars = dict(zip(("TI-H817", "TI-H822"), papers.receive(plant, "implant"), strict=True))
    for bar in bars.values():
        papers.inspect(bar, "TI-BAR-IN", plant.at(13, "09:30"))
    return bars


def serials_of(plant: Plant, batch: Batch) -> list[str]:
    """The serial numbers that the pieces of a lot get."""
    return [f"S{batch.number[3:]}-{piece:03d}{plant.tag}" for piece in range(1, batch.pieces + 1)]


def turn(plant: Plant, batch: Batch, lot: str, bar: str) -> str:
    """CNC turning: one piece is scrapped while the tool is set; the others get their serial numbers."""
    papers.start(plant, ITEM, lot, batch.days_ago)
    began = plant.at(batch.days_ago, "07:30")
    ended = began + timedelta(minutes=9 * (batch.pieces + 1))
    with acting_as(OPERATOR):
        recording = papers.keep(plant.fixtures / machine_data.FILE)
    readings = {
        name: {**reading, "series_file": recording.file_url}
        for name, reading in machine_data.read_turning(plant.fixtures).items()
    }
    record = papers.run(
        lot,
        10,
        OKUMA,
        began,
        ended,
        readings,
        shift="Early",
        location=plant.warehouse("Work In Progress"),
        quantity_in=batch.pieces + 1,
        quantity_good=batch.pieces,
        quantity_scrap=1,
        materials=[{"lot": bar, "quantity": round(METRES_A_SCREW * (batch.pieces + 1), 3)}],
        outputs=[
            {
                "serial_numbers": serial,
                "quantity": 1,
                "made_from": began + timedelta(minutes=9 * (piece + 1)),
                "made_to": began + timedelta(minutes=9 * (piece + 2)),
            }
            for piece, serial in enumerate(serials_of(plant, batch))
        ],
    )
    with acting_as(OPERATOR):
        papers.attach(recording, "Process Record", record)
    papers.manufacture(plant, record)
    return record


# What follows the turning: operation, station, days later, from, to, readings, remarks.
AFTER_TURNING: tuple[tuple[int, str, int, str, str, dict[str, float], str], ...] = (
    (20, "Polishing bench 1", 0, "11:30", "13:00", {"Polishing time": 12}, ""),
    (
        *(30, "Passivation line", 0, "13:15", "13:45"),
        {"Acid concentration": 22.4, "Bath temperature": 50.2, "Bath time": 25},
        "",
    ),
    (40, "Ultrasonic cleaner 2", 0, "14:00", "14:40", {"Rinse conductivity": 0.8}, ""),
    (
        *(50, "Laser marker 1", 0, "15:00", "15:40"),
        {"Laser power": 18.1, "Code grade": 3.8},
        "UDI: GTIN, lot and serial number as GS1 DataMatrix",
    ),
    (60, "Gamma cell A", 1, "06:00", "12:00", {"Dose": 28.3}, "Load G-{day:03d}"),
)


def finish(plant: Plant, batch: Batch, lot: str, units: Sequence[str]) -> None:
    """Inspection of the turned pieces, the other operations, and the final inspection."""
    day = batch.days_ago
    papers.inspect(lot, "SCREW-TURNED", plant.at(day, "11:00"), units=units[:3])
    for operation, station, later, began, ended, readings, remarks in AFTER_TURNING:
        papers.run(
            *(lot, operation, station, plant.at(day - later, began), plant.at(day - later, ended), readings),
            remarks=remarks.format(day=day),
        )
    papers.inspect(lot, "SCREW-FINAL", plant.at(day - 1, "14:30"), units=units)


def _ship(plant: Plant, batch: Batch, lot: str, story: Implant) -> None:
    units = story.units[lot]
    now = frappe.utils.now_datetime()
    papers.transfer(plant, lot, len(units), "Work In Progress", "Finished Goods", now, units)
    sent = 0
    for hospital, count in batch.shipped:
        row = {"lot": lot, "serials": units[sent : sent + count]}
        story.deliveries[hospital, lot] = papers.deliver(plant, hospital, [row])
        sent += count


def _complain(story: Implant) -> str:
    """St. Mary Hospital reports a screw that broke; the unit is held, its whereabouts are known."""
    unit = story.complaint_unit
    lot = frappe.db.get_value("Serial Unit", unit, "lot")
    with acting_as(QUALITY):
        return open_ncr(
            f"Complaint: screw {unit} broke during insertion",
            [{"lot": lot, "serial_unit": unit, "quantity": 1}],
            severity="Critical",
            description="St. Mary Hospital: the head parted at about 6 N·m. The surgeon used another screw.",
            containment="The unit is kept for us; the hospital checks its stock.",
        )
