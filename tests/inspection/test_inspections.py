"""Results against a released plan; the verdict follows from them, and the lot from the verdict."""

import pytest

import builders as a
import frappe
from frappe.utils import nowdate
from med_trace.domain.errors import BadInput, TraceError
from med_trace.domain.inspection import ResultsMissing, VerdictIsComputed
from med_trace.domain.qualification import NotQualified
from med_trace.inspection.service import current_plan, make_revision, results_of_lot, results_of_unit
from med_trace.qualification.revisions import NotApproved, RevisionIsFrozen

pytestmark = pytest.mark.usefixtures("site")


def item_of(lot: str) -> str:
    return frappe.db.get_value("Material Lot", lot, "item_code")


def failing(length: float = 11) -> list[dict]:
    return [
        {"characteristic": "Length", "value": length},
        {"characteristic": "Appearance", "attribute": "Pass"},
    ]


# --- plans


@pytest.mark.requirement("INSP-1")
def test_a_plan_is_in_force_once_it_is_signed_and_never_changes() -> None:
    item = a.an_item()
    plan = a.a_plan(item, is_approved=False)
    assert current_plan(item, "Incoming", nowdate()) is None
    a.sign(plan, "Approved")
    assert current_plan(item, "Incoming", nowdate()) == plan.name
    plan.reload()
    plan.characteristics[0].upper_limit = "11"
    with pytest.raises(RevisionIsFrozen):
        plan.save()


@pytest.mark.requirement("INSP-1")
def test_a_record_keeps_the_revision_that_it_was_begun_with() -> None:
    lot = a.a_received_lot()
    first = a.a_plan(item_of(lot))
    record = a.an_inspection(lot, first, is_submitted=False)
    second = frappe.get_doc("Inspection Plan", make_revision("Inspection Plan", first.name))
    a.sign(second, "Approved")
    record.submit()
    assert record.plan == first.name
    with pytest.raises(NotApproved, match="Obsolete"):
        a.an_inspection(a.a_received_lot(item_of(lot)), first)


@pytest.mark.requirement("INSP-1")
def test_a_draft_plan_is_not_inspected_by() -> None:
    lot = a.a_received_lot()
    with pytest.raises(NotApproved, match="Draft"):
        a.an_inspection(lot, a.a_plan(item_of(lot), is_approved=False))


@pytest.mark.requirement("INSP-1")
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"characteristic": "Length", "kind": "Variable"}, "needs a lower or an upper limit"),
        ({**a.LENGTH, "lower_limit": "20"}, "rise"),
        ({**a.LENGTH, "lower_limit": "ten"}, "not a number"),
        ({**a.LOOK, "sample_size": 0}, "at least one piece"),
    ],
)
def test_a_plan_that_could_not_be_judged_is_refused(row: dict, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        a.a_plan(a.an_item(), characteristics=[row], is_approved=False)


def test_a_plan_of_another_item_is_refused() -> None:
    with pytest.raises(BadInput, match="is for"):
        a.an_inspection(a.a_received_lot(), a.a_plan(a.an_item()))


# --- verdicts


@pytest.mark.requirement("INSP-2", "MAT-2")
def test_an_accepted_incoming_inspection_frees_the_lot() -> None:
    lot = a.a_received_lot()
    record = a.an_inspection(lot, a.a_plan(item_of(lot)))
    assert (record.verdict, a.state_of(lot)) == ("Accepted", "Released")
    assert [row.verdict for row in record.results] == ["Pass", "Pass"]


@pytest.mark.requirement("INSP-4", "NC-1")
def test_a_failed_inspection_opens_an_ncr_and_holds_the_lot() -> None:
    lot = a.a_received_lot(qty=10)
    record = a.an_inspection(lot, a.a_plan(item_of(lot)), failing())
    assert (record.verdict, a.state_of(lot)) == ("Rejected", "On Hold")
    ncr = frappe.get_doc("NCR", record.ncr)
    assert [(row.lot, row.quantity) for row in ncr.lots] == [(lot, 10)]
    assert "Length" in ncr.title and (ncr.source_doctype, ncr.source_name) == (record.doctype, record.name)


@pytest.mark.requirement("INSP-4")
def test_a_failed_critical_characteristic_makes_a_critical_ncr() -> None:
    lot = a.a_received_lot()
    plan = a.a_plan(item_of(lot), characteristics=[{**a.LENGTH, "critical": 1}, a.LOOK])
    assert frappe.db.get_value("NCR", a.an_inspection(lot, plan, failing()).ncr, "severity") == "Critical"


@pytest.mark.requirement("INSP-2")
@pytest.mark.parametrize("where", ["record", "result"])
def test_a_typed_verdict_is_refused(where: str) -> None:
    lot = a.a_received_lot()
    results = failing()
    if where == "result":
        results[0]["verdict"] = "Pass"
    typed = {"verdict": "Accepted"} if where == "record" else {}
    with pytest.raises(VerdictIsComputed):
        a.an_inspection(lot, a.a_plan(item_of(lot)), results, is_submitted=False, **typed)


@pytest.mark.requirement("INSP-2")
def test_a_verdict_follows_a_corrected_result() -> None:
    lot = a.a_received_lot()
    record = a.an_inspection(lot, a.a_plan(item_of(lot)), failing(), is_submitted=False)
    record.results[0].value = 10
    record.save()
    assert (record.verdict, record.results[0].verdict) == ("Accepted", "Pass")


@pytest.mark.requirement("INSP-2")
def test_missing_results_are_named() -> None:
    lot = a.a_received_lot()
    record = a.an_inspection(lot, a.a_plan(item_of(lot)), failing(10)[:1], is_submitted=False)
    with pytest.raises(ResultsMissing, match="Appearance: 1"):
        record.submit()


@pytest.mark.requirement("INSP-2")
def test_a_new_record_lists_the_samples_of_its_plan() -> None:
    lot = a.a_received_lot(qty=3)
    plan = a.a_plan(
        item_of(lot), characteristics=[{**a.LENGTH, "sample_size": 5}, {**a.LOOK, "sample_rule": "All"}]
    )
    record = a.insert("Inspection Record", lot=lot, plan=plan.name)
    listed = [(row.characteristic, row.sample_no) for row in record.results]
    assert listed == [(name, sample) for name in ("Length", "Appearance") for sample in (1, 2, 3)]
    assert record.verdict == ""


@pytest.mark.requirement("INSP-6")
def test_where_every_piece_is_inspected_each_row_names_its_piece() -> None:
    item = a.an_item(has_serial_no=1)
    batch = a.a_batch(item)
    a.a_receipt(item, 2, batch=batch, serial_no="\n".join([a.unique("SN"), a.unique("SN")]))
    plan = a.a_plan(item, characteristics=[{**a.LOOK, "sample_rule": "All"}])
    record = a.insert("Inspection Record", lot=a.lot_of(batch), plan=plan.name)
    units = frappe.get_all("Serial Unit", filters={"lot": a.lot_of(batch)}, pluck="name")
    assert {row.serial_unit for row in record.results} == set(units)


def test_a_measured_zero_is_a_result() -> None:
    lot = a.a_received_lot()
    plan = a.a_plan(item_of(lot), characteristics=[{**a.LENGTH, "lower_limit": "-1", "upper_limit": "1"}])
    assert a.an_inspection(lot, plan, [{"characteristic": "Length", "value": 0}]).verdict == "Accepted"


@pytest.mark.requirement("INSP-2")
def test_each_result_knows_unit_gauge_and_time() -> None:
    lot, gauge = a.a_received_lot(), a.a_tool("Gauge")
    record = a.an_inspection(lot, a.a_plan(item_of(lot), characteristics=[{**a.LENGTH, "gauge": gauge}]))
    row = record.results[0]
    assert (row.uom, row.gauge) == ("mm", gauge) and row.measured_at


@pytest.mark.requirement("PROD-6")
def test_a_gauge_out_of_calibration_measures_nothing() -> None:
    lot, gauge = a.a_received_lot(), a.a_tool("Gauge", is_calibrated=False)
    with pytest.raises(NotQualified, match="calibration"):
        a.an_inspection(lot, a.a_plan(item_of(lot), characteristics=[{**a.LENGTH, "gauge": gauge}]))


def test_pieces_destroyed_by_testing_leave_the_lot() -> None:
    lot = a.a_received_lot(qty=10)
    a.an_inspection(lot, a.a_plan(item_of(lot)), quantity_sampled=2)
    assert a.on_hand(lot) == 8


# --- acceptance


@pytest.mark.requirement("MAT-2")
def test_a_missing_certificate_blocks_until_it_is_there() -> None:
    from med_trace.inspection.service import accept_lot

    lot = a.a_received_lot(a.an_item(mt_certificate_required=1))
    record = a.an_inspection(lot, a.a_plan(item_of(lot)))
    assert (record.verdict, a.state_of(lot)) == ("Accepted", "Quarantine")
    frappe.db.set_value("Material Lot", lot, "certificate", "/private/files/mill.pdf")
    accept_lot(record)
    assert a.state_of(lot) == "Released"


@pytest.mark.requirement("MAT-1")
def test_a_good_inspection_does_not_lift_a_hold() -> None:
    lot = a.a_received_lot(supplier=a.a_supplier(is_approved=False))
    a.an_inspection(lot, a.a_plan(item_of(lot)))
    assert a.state_of(lot) == "On Hold"


def a_made_lot(kind: str, *operations: object) -> str:
    item = a.an_item(kind)
    a.a_routing(item, operations or ["Turning"])
    lot = a.a_started_lot(item)
    a.a_process_record(lot, 10)
    return lot


def test_a_component_becomes_usable_by_its_final_inspection() -> None:
    lot = a_made_lot("Component")
    a.an_inspection(lot, a.a_plan(item_of(lot), "Final"))
    assert a.state_of(lot) == "Released"


def test_a_finished_lot_is_not_released_by_an_inspection() -> None:
    lot = a_made_lot("Finished")
    a.an_inspection(lot, a.a_plan(item_of(lot), "Final"))
    assert a.state_of(lot) == "Awaiting Release"


@pytest.mark.requirement("PROD-3")
def test_the_next_operation_waits_for_the_inspection_that_its_routing_asks_for() -> None:
    lot = a_made_lot("Finished", {"operation_name": "Turning", "inspection_required": 1}, "Cleaning")
    with pytest.raises(TraceError, match="has not been inspected"):
        a.a_process_record(lot, 20)
    a.an_inspection(lot, a.a_plan(item_of(lot), "In-process", operation_no=10))
    a.a_process_record(lot, 20)


def test_a_cancelled_inspection_no_longer_counts() -> None:
    lot = a_made_lot("Finished", {"operation_name": "Turning", "inspection_required": 1}, "Cleaning")
    a.an_inspection(lot, a.a_plan(item_of(lot), "In-process", operation_no=10)).cancel()
    with pytest.raises(TraceError, match="has not been inspected"):
        a.a_process_record(lot, 20)


# --- one piece, one file


@pytest.mark.requirement("INSP-6")
def test_every_result_of_a_piece_is_reached_from_its_identifier() -> None:
    item = a.an_item(has_serial_no=1)
    batch = a.a_batch(item)
    serials = [a.unique("SN"), a.unique("SN")]
    a.a_receipt(item, 2, batch=batch, serial_no="\n".join(serials))
    lot = a.lot_of(batch)
    units = frappe.get_all("Serial Unit", filters={"lot": lot}, pluck="name", order_by="name")
    plan = a.a_plan(item, characteristics=[{**a.LENGTH, "sample_rule": "All"}])
    a.an_inspection(
        lot,
        plan,
        [
            {"characteristic": "Length", "sample_no": n, "serial_unit": unit, "value": 10}
            for n, unit in enumerate(units, 1)
        ],
    )
    (result,) = results_of_unit(units[0])
    assert (result["characteristic"], result["value"], result["verdict"], result["plan"]) == (
        "Length",
        10,
        "Pass",
        plan.name,
    )
    assert len(results_of_lot(lot)) == 2
    assert len(a.events_of(lot, "Inspected")) == 1


def test_a_result_for_a_stranger_is_refused() -> None:
    lot = a.a_received_lot()
    other = a.an_item(has_serial_no=1)
    batch = a.a_batch(other)
    a.a_receipt(other, 1, batch=batch, serial_no=a.unique("SN"))
    (unit,) = frappe.get_all("Serial Unit", filters={"lot": a.lot_of(batch)}, pluck="name")
    with pytest.raises(BadInput, match="not a unit of lot"):
        a.an_inspection(
            lot, a.a_plan(item_of(lot)), [{"characteristic": "Length", "value": 10, "serial_unit": unit}]
        )


def test_an_inspector_may_inspect_and_submit_alone() -> None:
    lot = a.a_received_lot()
    plan = a.a_plan(item_of(lot))
    with a.as_user(a.a_user("Inspector")):
        a.an_inspection(lot, plan, failing())
    assert a.state_of(lot) == "On Hold"


# --- used as it is


def a_concession(record: object, *decisions: dict) -> None:
    """Settle the NCR of a failed inspection; use as is by a signed approval."""
    from med_trace.nonconformance import service

    approver = a.a_user("Quality")
    service.evaluate(record.ncr, "No effect on function")
    signed = {"approver": approver, "justification": "cosmetic"}
    service.propose(record.ncr, [{"lot": record.lot, **signed, **decision} for decision in decisions])
    a.sign(frappe.get_doc("NCR", record.ncr), "Disposition Approved", user=approver)
    service.disposition(record.ncr)
    service.close(record.ncr)


@pytest.mark.requirement("NC-1", "REL-2")
def test_a_lot_used_as_it_is_needs_no_second_inspection() -> None:
    lot = a.a_received_lot(qty=10)
    record = a.an_inspection(lot, a.a_plan(item_of(lot)), failing())
    a_concession(record, {"disposition": "Use As Is", "quantity": 8}, {"disposition": "Scrap", "quantity": 2})
    assert (a.state_of(lot), a.on_hand(lot)) == ("Released", 8)
    event = frappe.get_doc("Trace Event", a.events_of(lot, "Accepted")[0])
    assert (event.source_doctype, event.source_name) == ("NCR", record.ncr)


def test_a_concession_does_not_replace_a_certificate() -> None:
    lot = a.a_received_lot(a.an_item(mt_certificate_required=1), qty=10)
    record = a.an_inspection(lot, a.a_plan(item_of(lot)), failing())
    a_concession(record, {"disposition": "Use As Is", "quantity": 10})
    assert a.state_of(lot) == "Quarantine"


def test_a_concession_does_not_replace_a_release() -> None:
    lot = a_made_lot("Finished")
    record = a.an_inspection(lot, a.a_plan(item_of(lot), "Final"), failing())
    a_concession(record, {"disposition": "Use As Is", "quantity": 10})
    assert a.state_of(lot) == "Awaiting Release"


@pytest.mark.requirement("INSP-2")
def test_a_sample_is_measured_once_in_a_record() -> None:
    lot = a.a_received_lot()
    plan = a.a_plan(item_of(lot))
    twice = [*a.passing(plan), a.passing(plan)[0]]
    with pytest.raises(BadInput, match="is there already"):
        a.an_inspection(lot, plan, twice)
