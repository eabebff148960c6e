"""Story 5: ten wrong moves. Each is refused with a message that helps, and leaves nothing behind.

Each move is made as a request of its user: what a refusal finds half written is rolled back with it. The ledger
is looked at before that, too: there, nothing was written at all. A file is imported as one batch of events; its
page is tested in tests/e2e/test_import.py.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

import pytest

import builders as a
import frappe
from med_trace.demo import implant, papers
from med_trace.demo.plant import Plant
from med_trace.demo.users import INSPECTOR, OPERATOR, QUALITY, QUALITY_HEAD, SUPERVISOR, WAREHOUSE, acting_as
from med_trace.domain import errors
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.domain.inspection import VerdictIsComputed
from med_trace.domain.routing import OperationRefused
from med_trace.ledger.service import hold, lift_hold, record_many
from med_trace.ledger.signing import sign
from med_trace.nonconformance.service import open_ncr

LEDGER = ("Trace Event", "Trace Event Item", "Electronic Signature")


@dataclass(frozen=True)
class Scene:
    """One lot for each situation in which something goes wrong."""

    bar: str
    held_bar: str
    ncr: str
    turned: str
    finished: str
    units: list[str]
    release: str


@pytest.fixture(scope="module")
def scene(plant: Plant) -> Scene:
    bars = implant.receive(plant)
    made = []
    for batch in implant.BATCHES[:2]:
        lot = plant.numbered(batch.number)
        implant.turn(plant, batch, lot, bars["TI-H817"])
        made.append(lot)
    finished, turned = made
    units = implant.serials_of(plant, implant.BATCHES[0])
    implant.finish(plant, implant.BATCHES[0], finished, units)
    papers.inspect(turned, "SCREW-TURNED", plant.at(implant.BATCHES[1].days_ago, "11:00"))
    papers.transfer(
        plant, finished, len(units), "Work In Progress", "Finished Goods", a.now_datetime(), units
    )
    with acting_as(QUALITY):
        ncr = open_ncr("Scratches on the bars", [bars["TI-H822"]], description="Found at the saw.")
    with acting_as(SUPERVISOR):
        release = frappe.get_doc({"doctype": "Lot Release", "lot": finished}).insert().name
    return Scene(bars["TI-H817"], bars["TI-H822"], ncr, turned, finished, units, release)


def rows_of(tables: list[str]) -> dict[str, int]:
    return {table: frappe.db.sql(f"select count(*) from `{table}`")[0][0] for table in tables}


@contextmanager
def refused(error: type[Exception], *words: str) -> Iterator[None]:
    """The request inside is refused with an error that says these words; afterwards every table is as before."""
    tables = [table for table in frappe.db.get_tables(cached=False) if table.startswith(("tab", "__Auth"))]
    everything, ledger = rows_of(tables), rows_of([f"tab{doctype}" for doctype in LEDGER])
    frappe.db.savepoint("a_request")
    with pytest.raises(error) as caught:
        yield
    assert rows_of(list(ledger)) == ledger
    said = str(caught.value) + str(frappe.local.message_log)
    for word in words:
        assert word in said
    frappe.db.rollback(save_point="a_request")
    assert rows_of(tables) == everything


@pytest.mark.requirement("GATE-1", "REL-1", "GATE-3")
def test_an_unreleased_lot_cannot_be_shipped(scene: Scene, plant: Plant) -> None:
    with refused(errors.NotReleased, scene.finished, "awaits release", "Quality can release it by signature"):
        papers.deliver(plant, "St. Mary Hospital", [{"lot": scene.finished, "serials": scene.units[:2]}])
    assert frappe.db.get_value("Serial No", scene.units[0], "warehouse") == plant.warehouse("Finished Goods")


@pytest.mark.requirement("GATE-1", "GATE-2", "GATE-3")
def test_material_on_hold_cannot_be_used(scene: Scene, plant: Plant) -> None:
    lot = papers.start(plant, implant.ITEM, plant.numbered("SC-2690"), 1)
    with refused(errors.OnHold, scene.held_bar, scene.ncr, "Quality can lift the hold"):
        turn_from(plant, lot, scene.held_bar, days_ago=1)


def turn_from(plant: Plant, lot: str, bar: str, days_ago: int) -> str:
    readings = {
        "Spindle speed": 1500,
        "Path feed": 0.2,
        "Z axis load": 7,
        "Cutting time": 42,
        "Part count": 1,
    }
    return papers.run(
        *(lot, 10, implant.OKUMA, plant.at(days_ago, "08:00"), plant.at(days_ago, "09:00"), readings),
        quantity_good=2,
        materials=[{"lot": bar, "quantity": 0.1}],
    )


@pytest.mark.requirement("GATE-1")
def test_a_past_hold_cannot_be_evaded_by_an_earlier_date(scene: Scene, plant: Plant) -> None:
    source = ("NCR", scene.ncr)
    hold([scene.bar], "Identity in doubt", source=source, with_descendants=False, time=plant.at(5, "08:00"))
    lift_hold(scene.bar, source, "The stamp was found")
    lot = papers.start(plant, implant.ITEM, plant.numbered("SC-2691"), 8)
    with refused(errors.OnHold, scene.bar, scene.ncr):
        turn_from(plant, lot, scene.bar, days_ago=4)


@pytest.mark.requirement("REL-2", "SIG-1")
def test_nobody_signs_for_his_own_work(scene: Scene, plant: Plant) -> None:
    frappe.get_doc("User", INSPECTOR).add_roles("Trace Quality")
    with refused(errors.SignatureRefused, "You made records", "somebody else"), acting_as(INSPECTOR):
        sign("Lot Release", scene.release, "Released", plant.password, user=frappe.session.user)


@pytest.mark.requirement("REL-2", "SIG-1")
def test_nobody_approves_what_he_wrote(plant: Plant) -> None:
    routing = frappe.copy_doc(frappe.get_doc("Process Routing", "SCREW-6540-A"))
    routing.update({"revision": f"B{plant.tag}", "workflow_state": "Draft", "supersedes": None})
    with acting_as(QUALITY):
        routing.insert()
    with refused(errors.SignatureRefused, "You wrote", "somebody else"), acting_as(QUALITY):
        sign("Process Routing", routing.name, "Approved", plant.password, user=frappe.session.user)


@pytest.mark.requirement("SIG-1")
def test_a_wrong_password_signs_nothing(scene: Scene) -> None:
    with refused(frappe.AuthenticationError, "nothing was signed"), acting_as(QUALITY_HEAD):
        sign("Lot Release", scene.release, "Released", "guessed-2026", user=frappe.session.user)
    assert frappe.db.get_value("Material Lot", scene.finished, "state") == "Awaiting Release"


@pytest.mark.requirement("PROD-3")
def test_an_operation_cannot_be_skipped(scene: Scene, plant: Plant) -> None:
    with refused(OperationRefused, "30 Passivation must wait", "20 Polishing has no record"):
        papers.run(
            *(scene.turned, 30, "Passivation line", plant.at(1, "08:00"), plant.at(1, "08:30")),
            {"Acid concentration": 22, "Bath temperature": 50, "Bath time": 25},
        )


@pytest.mark.requirement("INSP-2")
def test_a_verdict_cannot_be_typed(scene: Scene) -> None:
    plan = frappe.get_doc("Inspection Plan", "SCREW-TURNED-A")
    results = [
        {"characteristic": row.characteristic, "sample_no": sample, "value": 6.7}
        for row in plan.characteristics
        for sample in (1, 2, 3)
    ]
    record = {"doctype": "Inspection Record", "lot": scene.turned, "plan": plan.name, "results": results}
    with refused(VerdictIsComputed, "Accepted", "Rejected", "typed"), acting_as(INSPECTOR):
        frappe.get_doc({**record, "verdict": "Accepted"}).insert()


@pytest.mark.requirement("PROD-2", "AUD-2")
def test_a_submitted_record_cannot_be_edited(scene: Scene) -> None:
    name = frappe.db.get_value("Process Record", {"lot": scene.finished, "operation_no": 60})
    with refused(frappe.UpdateAfterSubmitError, "Not allowed to change"), acting_as(SUPERVISOR):
        record = frappe.get_doc("Process Record", name)
        record.parameters[0].value = 26.0
        record.save()
    assert frappe.db.get_value("Process Parameter", {"parent": name, "parameter": "Dose"}, "value") == 28.3


@pytest.mark.requirement("AUD-2")
def test_an_event_cannot_be_deleted_or_changed(scene: Scene) -> None:
    event = frappe.get_all("Trace Event Item", filters={"lot": scene.finished}, pluck="parent")[0]
    with refused(errors.LedgerIsAppendOnly):
        frappe.delete_doc("Trace Event", event, force=True)
    for statement in (
        "delete from `tabTrace Event` where name = %s",
        "delete from `tabTrace Event Item` where parent = %s",
        "update `tabTrace Event` set reason = 'x' where name = %s",
        "update `tabTrace Event Item` set quantity = 1000 where parent = %s",
    ):
        with refused(Exception, "append-only"):
            frappe.db.sql(statement, event)


@pytest.mark.requirement("GATE-1")
def test_a_file_with_one_bad_row_imports_none_of_its_rows(scene: Scene, plant: Plant) -> None:
    rows = list(csv.DictReader((plant.fixtures / "stories" / "bad_import.csv").open(encoding="utf-8")))
    drafts = [
        EventDraft(
            EventType(row["type"]),
            (Row(Action(row["action"]), plant.numbered(row["lot"]), Decimal(row["quantity"])),),
            reason=row["reason"],
            event_id=plant.numbered(row["event_id"]),
        )
        for row in rows
    ]
    assert len(drafts) == 3
    with refused(errors.NotEnough, plant.numbered("TI-H817"), "on hand"), acting_as(OPERATOR):
        record_many(drafts)


@pytest.mark.requirement("GATE-1")
def test_the_good_rows_of_that_file_alone_are_taken(scene: Scene, plant: Plant) -> None:
    with acting_as(WAREHOUSE):
        sample = EventDraft(
            EventType.SAMPLED, (Row(Action.SAMPLE, scene.bar, Decimal("0.2")),), reason="Hardness"
        )
        assert record_many([sample])
