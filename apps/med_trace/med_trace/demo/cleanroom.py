"""Story 3: assembly and packaging in a cleanroom whose air goes out of class, cases and pallets, and a cold chain.

Environment readings and transport records have no documents of their own yet: each excursion is recorded as an
NCR with the lots that were there, found in the ledger by place and time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils import now_datetime
from med_trace.demo import infusion, papers
from med_trace.demo.plant import Plant
from med_trace.demo.users import QUALITY, QUALITY_HEAD, WAREHOUSE, acting_as
from med_trace.distribution.packing import Packed, next_sscc, pack
from med_trace.ledger.signing import sign
from med_trace.nonconformance import service as ncr_service

DAYS_AGO = 4
SETS = 48
A_CASE = 12
SHIPPED_CASES = 3
EXCURSION = ("10:20", "10:50")


@dataclass(frozen=True)
class Cleanroom:
    """What the story left behind."""

    parts: infusion.Parts
    cartons: str
    sets: str
    units: list[str]
    were_there: list[str]
    room_ncr: str
    cases: list[str]
    pallet: str
    delivery: str
    transport_ncr: str


def tell(plant: Plant) -> Cleanroom:
    """Receive, mould, assemble while the air is out of class, clear it, pack, ship; the lorry gets warm."""
    resin, tubing, bags, cartons = papers.receive(plant, "packaging")
    for lot, plan in ((resin, "RESIN-IN"), (tubing, "TUBING-IN"), (bags, "BAG-IN")):
        papers.inspect(lot, plan, plant.at(7, "10:00"))
    parts = infusion.Parts(_mould(plant, resin), tubing, bags)
    lot, units = infusion.assemble(plant, plant.numbered("IS-2611"), DAYS_AGO, SETS, parts)
    were_there, room_ncr = _room_excursion(plant)
    infusion.sterilise_and_inspect(plant, lot, DAYS_AGO - 1, units)
    papers.release(plant, lot, remarks=f"{room_ncr}: used as is")
    papers.transfer(plant, lot, SETS, "Work In Progress", "Finished Goods", now_datetime(), units)
    cases, pallet = _pack(plant, lot, units, cartons)
    shipped = units[: SHIPPED_CASES * A_CASE]
    delivery = papers.deliver(plant, "MedLog Distribution", [{"lot": lot, "serials": shipped}])
    transport_ncr = _transport_excursion(lot, shipped, delivery)
    return Cleanroom(parts, cartons, lot, units, were_there, room_ncr, cases, pallet, delivery, transport_ncr)


def _mould(plant: Plant, resin: str) -> str:
    day = DAYS_AGO + 1
    lot = papers.start(plant, "CONN-BODY", plant.numbered("CB-2611"), day)
    record = papers.run(
        lot,
        10,
        "Engel 120 t",
        plant.at(day, "08:00"),
        plant.at(day, "08:25"),
        {"Melt temperature": 265.2, "Injection pressure": 951, "Cycle time": 30, "Resin moisture": 0.01},
        tool="MOULD-8C-01",
        quantity_good=400,
        materials=[{"lot": resin, "quantity": 1.1}],
        outputs=[{"cavity": str(cavity), "quantity": 50} for cavity in range(1, 9)],
    )
    papers.manufacture(plant, record)
    papers.run(lot, 20, "Degating bench", plant.at(day, "09:00"), plant.at(day, "09:30"))
    papers.inspect(lot, "BODY-MOULDED", plant.at(day, "10:00"))
    return lot


def lots_in(room: str, began: datetime, ended: datetime) -> list[str]:
    """The lots of every operation that ran in a room during that time, and what was used there."""
    records = frappe.get_all(
        "Process Record",
        filters={"location": room, "docstatus": 1, "started_at": ["<=", ended], "finished_at": [">=", began]},
        pluck="name",
    )
    events = frappe.get_all("Trace Event", filters={"process_record": ["in", records]}, pluck="name")
    lots = frappe.get_all(
        "Trace Event Item", filters={"parent": ["in", events]}, pluck="lot", order_by="lot asc"
    )
    return list(dict.fromkeys(lots))


def _room_excursion(plant: Plant) -> tuple[list[str], str]:
    """Too many particles for half an hour: everything that was there is held, judged and used as it is."""
    began, ended = (plant.at(DAYS_AGO, clock) for clock in EXCURSION)
    lots = lots_in(plant.warehouse("Cleanroom"), began, ended)
    times = f"{began:%Y-%m-%d %H:%M} to {ended:%H:%M}"
    with acting_as(QUALITY):
        name = ncr_service.open_ncr(
            f"Cleanroom out of ISO class 7, {times}",
            lots,
            severity="Major",
            description=f"Particles of 0.5 µm and larger: 402 000 per m3 (limit 352 000), {times}, "
            "counter 2 beside bench 3; a door seal had come loose.",
            containment="Assembly stopped until the air was in class again.",
        )
        ncr_service.evaluate(
            name, "Parts are closed in themselves and are sterilised later; bioburden 3 CFU, limit 20."
        )
        ncr_service.propose(name, [_use_as_is(lot) for lot in lots])
    _decide(plant, name)
    return lots, name


def _use_as_is(lot: str) -> dict[str, object]:
    on_hand = frappe.db.get_value("Material Lot", lot, "on_hand")
    return {
        "lot": lot,
        "disposition": "Use As Is",
        "quantity": on_hand,
        "approver": QUALITY_HEAD,
        "justification": "Bioburden within its limit; sterilisation follows.",
    }


def _decide(plant: Plant, name: str) -> None:
    with acting_as(QUALITY_HEAD):
        sign("NCR", name, "Disposition Approved", plant.password, user=frappe.session.user)
    with acting_as(QUALITY):
        ncr_service.disposition(name)
        ncr_service.close(name)


def _pack(plant: Plant, lot: str, units: Sequence[str], cartons: str) -> tuple[list[str], str]:
    """Twelve units to a case, the cases that leave on one pallet; each carton is used up."""
    papers.remove(plant, cartons, len(units) / A_CASE, now_datetime(), "Stores")
    with acting_as(WAREHOUSE):
        cases = []
        for first in range(0, len(units), A_CASE):
            cases.append(next_sscc())
            pack(cases[-1], [Packed(lot, unit=unit) for unit in units[first : first + A_CASE]])
        pallet = next_sscc()
        pack(pallet, cases=cases[:SHIPPED_CASES])
    return cases, pallet


def _transport_excursion(lot: str, units: Sequence[str], delivery: str) -> str:
    """The logger of the shipment shows 11.4 °C for two hours: what was in it is held, the rest is not."""
    with acting_as(QUALITY):
        return ncr_service.open_ncr(
            f"Cold chain: 11.4 °C during {delivery}",
            [{"lot": lot, "serial_unit": unit, "quantity": 1} for unit in units],
            source=("Delivery Note", delivery),
            severity="Major",
            description="Logger 8812: above 8 °C for 2 h 10 min, highest 11.4 °C; allowed 2 to 8 °C.",
            containment="MedLog Distribution keeps the pallet apart until we decide.",
        )
