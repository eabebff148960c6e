"""Release rules: each thing that is open blocks, alone and together, and names its record."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.release import (
    Ancestor,
    Inspection,
    Issue,
    LotRecord,
    Operation,
    Plan,
    Process,
    blockers,
)

pytestmark = pytest.mark.requirement("REL-1")

READY = LotRecord(
    lot="ML-1",
    item="SCREW",
    kind="Finished",
    state="Awaiting Release",
    on_hand=Decimal(100),
    wanted=Decimal(100),
    today=date(2026, 11, 22),
    expiry=date(2028, 12, 31),
    expiry_required=True,
    routing="SCREW-A",
    routing_required=True,
    operations=(Operation(10, "Turn"), Operation(20, "Clean", inspection_required=True)),
    processes=(Process("PREC-1", 10, True, "CNC", "ann"), Process("PREC-2", 20, True, "BATH", "ben")),
    plans=(Plan("SCREW-FINAL", "Final"),),
    inspections=(
        Inspection("INSP-1", "CLEAN", True, True, operation=20),
        Inspection("INSP-2", "SCREW-FINAL", True, True),
    ),
    ancestors=(Ancestor("BAR-1", "Raw", "Released", certificate_required=True),),
)

FAULTS = {
    "in process": ({"state": "In Process"}, "State", "ML-1"),
    "no routing": ({"routing": "", "operations": ()}, "Routing", "ML-1"),
    "operation not run": ({"processes": READY.processes[:1]}, "Operation", "SCREW-A"),
    "operation in draft": (
        {"processes": (*READY.processes, replace(READY.processes[1], name="PREC-3", is_submitted=False))},
        "Open Record",
        "PREC-3",
    ),
    "inspection in draft": (
        {"inspections": (*READY.inspections, replace(READY.inspections[1], name="I-3", is_submitted=False))},
        "Open Record",
        "I-3",
    ),
    "inspection missing": ({"inspections": READY.inspections[:1]}, "Inspection", "SCREW-FINAL"),
    "operation not inspected": ({"inspections": READY.inspections[1:]}, "Inspection", "SCREW-A"),
    "inspection rejected": (
        {"inspections": (READY.inspections[0], replace(READY.inspections[1], is_accepted=False))},
        "Inspection",
        "INSP-2",
    ),
    "NCR open": ({"open_ncrs": (Issue("NCR", "NCR-1", "open"),)}, "Nonconformance", "NCR-1"),
    "hold": ({"holds": (Issue("Trace Event", "E-1", "held"),)}, "Nonconformance", "E-1"),
    "certificate missing": (
        {"ancestors": (replace(READY.ancestors[0], has_certificate=False),)},
        "Certificate",
        "BAR-1",
    ),
    "certificate withdrawn": (
        {"ancestors": (replace(READY.ancestors[0], certificate_withdrawn=True),)},
        "Certificate",
        "BAR-1",
    ),
    "component on hold": ({"ancestors": (Ancestor("BAR-1", "Raw", "On Hold"),)}, "Component", "BAR-1"),
    "component unreleased": (
        {"ancestors": (Ancestor("PIN-1", "Component", "Awaiting Release"),)},
        "Component",
        "PIN-1",
    ),
    "equipment": (
        {"processes": (READY.processes[1], replace(READY.processes[0], equipment_is_qualified=False))},
        "Equipment",
        "PREC-1",
    ),
    "calibration": (
        {"processes": (READY.processes[1], replace(READY.processes[0], equipment_is_calibrated=False))},
        "Equipment",
        "PREC-1",
    ),
    "training": (
        {"processes": (READY.processes[1], replace(READY.processes[0], operator_is_trained=False))},
        "Training",
        "PREC-1",
    ),
    "gauge out of calibration": (
        {"inspections": (READY.inspections[0], replace(READY.inspections[1], unfit_gauges=("GAUGE-1",)))},
        "Gauge",
        "INSP-2",
    ),
    "label": ({"label_fault": "expected at most 20 characters"}, "Label", "ML-1"),
    "expired": ({"expiry": date(2026, 11, 21)}, "Expiry", "ML-1"),
    "no expiry date": ({"expiry": None}, "Expiry", "ML-1"),
    "gap": ({"gaps": (Issue("Material Lot", "ML-1", "3 missing"),)}, "Quantity", "ML-1"),
    "nothing there": ({"on_hand": Decimal(0)}, "Quantity", "ML-1"),
    "more than there is": ({"wanted": Decimal(101)}, "Quantity", "ML-1"),
}


def test_a_complete_lot_has_no_blocker():
    assert blockers(READY) == []


@pytest.mark.parametrize("change, rule, name", FAULTS.values(), ids=FAULTS.keys())
def test_each_open_thing_blocks_and_names_its_record(change, rule, name):
    (found,) = blockers(replace(READY, **change))
    assert (found.rule, found.name) == (rule, name)
    assert found.message.strip() and found.doctype


@given(st.sets(st.sampled_from(sorted(FAULTS.keys() - {"no routing"})), min_size=1))
def test_several_open_things_are_all_listed(names):
    changes = {}
    for name in sorted(names):
        changes.update(FAULTS[name][0])
    found = {(one.rule, one.name) for one in blockers(replace(READY, **changes))}
    expected = {
        FAULTS[name][1:] for name in names if all(changes[k] is v for k, v in FAULTS[name][0].items())
    }
    assert found >= expected


def test_the_last_inspection_decides():
    first = Inspection("INSP-2", "SCREW-FINAL", True, False, at=datetime(2026, 11, 1))
    again = Inspection("INSP-3", "SCREW-FINAL", True, True, at=datetime(2026, 11, 2))
    assert blockers(replace(READY, inspections=(READY.inspections[0], again, first))) == []


def test_a_rejection_settled_by_its_ncr_does_not_block():
    settled = Inspection("INSP-2", "SCREW-FINAL", True, False, is_settled=True)
    assert blockers(replace(READY, inspections=(READY.inspections[0], settled))) == []
