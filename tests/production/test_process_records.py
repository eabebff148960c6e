"""One operation on one lot: in its turn, within its limits, by who and what is fit for it."""

import pytest

import builders as a
import frappe
from frappe.utils import add_to_date, now_datetime
from med_trace.domain.errors import BadInput, NotEnough, NotReleased, OnHold, TraceError
from med_trace.domain.qualification import NotQualified
from med_trace.domain.routing import OperationRefused

pytestmark = pytest.mark.usefixtures("site")

SPEED = {
    "parameter": "Speed",
    "uom": "1/min",
    "lower_limit": "100",
    "lower_warning": "200",
    "upper_warning": "400",
    "upper_limit": "500",
}


def a_lot(*operations: object, **fields: object) -> str:
    """A lot about to run through these operations (turning alone unless told)."""
    item = a.an_item("Finished")
    a.a_routing(item, operations or ["Turning"], **fields)
    return a.a_started_lot(item)


def row_of(lot: str, action: str) -> object:
    """The lot's only row with this action."""
    (row,) = frappe.get_all("Trace Event Item", filters={"lot": lot, "action": action}, fields=["*"])
    return row


# --- what is recorded


@pytest.mark.requirement("PROD-2", "TRC-1")
def test_a_record_makes_pieces_from_material() -> None:
    bar = a.an_accepted_lot(qty=10)
    lot = a_lot()
    record = a.a_process_record(
        lot,
        materials=[{"lot": bar, "quantity": 4}],
        quantity_good=7,
        quantity_rework=1,
        quantity_scrap=2,
        quantity_sampled=1,
    )
    assert (a.on_hand(bar), a.on_hand(lot), a.links_into(lot)) == (6, 8, {bar})
    assert (record.quantity_in, record.operation_name) == (11, "Turning")
    assert a.state_of(lot) == "Awaiting Release"


@pytest.mark.requirement("PROD-2", "TRC-2")
def test_machine_tool_cavity_operator_and_time_stand_beside_the_pieces() -> None:
    machine, tool, person = a.a_workstation(), a.a_tool(cavities=8), a.a_user("Operator")
    lot = a_lot()
    a.a_process_record(
        lot,
        equipment=machine,
        tool=tool,
        operator=person,
        quantity_good=5,
        outputs=[
            {
                "cavity": "5",
                "quantity": 5,
                "made_from": "2026-01-01 10:00:00",
                "made_to": "2026-01-01 11:30:00",
            }
        ],
    )
    row = row_of(lot, "Produce")
    assert (row.equipment, row.tool, row.operator, row.cavity) == (machine, tool, person, "5")
    assert (str(row.made_from), str(row.made_to)) == ("2026-01-01 10:00:00", "2026-01-01 11:30:00")


def test_serial_numbers_given_late_become_units_in_stock() -> None:
    lot = a_lot("Turning", "Laser Marking")
    a.a_process_record(lot, 10, quantity_good=2)
    serials = [a.unique("SN"), a.unique("SN")]
    a.a_process_record(lot, 20, quantity_good=2, outputs=[{"serial_numbers": "\n".join(serials)}])
    units = frappe.get_all("Serial Unit", filters={"lot": lot}, fields=["serial_no", "whereabouts"])
    assert sorted(unit.serial_no for unit in units) == sorted(serials)
    assert {unit.whereabouts for unit in units} == {"In Stock"}
    assert a.on_hand(lot) == 2


def test_a_component_is_linked_to_the_piece_that_it_went_into() -> None:
    from med_trace.ledger.links import parents_of
    from med_trace.ledger.service import create_units

    parts = a.an_accepted_lot(qty=2)
    lot = a_lot()
    units = create_units(lot, [a.unique("SN"), a.unique("SN")])
    serials = frappe.get_all("Serial Unit", filters={"name": ["in", units]}, pluck="serial_no")
    a.a_process_record(
        lot,
        quantity_good=2,
        materials=[{"lot": parts, "quantity": 1, "into_unit": unit} for unit in units],
        outputs=[{"serial_numbers": "\n".join(serials)}],
    )
    assert {link.child_unit for link in parents_of([lot])} == set(units)


@pytest.mark.requirement("GATE-1")
def test_material_in_quarantine_is_not_used_up() -> None:
    bar, lot = a.a_received_lot(), a_lot()
    record = a.a_process_record(lot, is_submitted=False, materials=[{"lot": bar, "quantity": 1}])
    with pytest.raises(NotReleased, match=bar):
        record.submit()


def test_more_material_than_there_is_is_not_used_up() -> None:
    bar, lot = a.an_accepted_lot(qty=3), a_lot()
    record = a.a_process_record(lot, is_submitted=False, materials=[{"lot": bar, "quantity": 4}])
    with pytest.raises(NotEnough):
        record.submit()


def test_an_operation_does_not_begin_on_a_held_lot() -> None:
    from med_trace.ledger.service import hold

    lot = a_lot("Turning", "Cleaning")
    a.a_process_record(lot, 10)
    hold([lot], "to be clarified")
    with pytest.raises(OnHold):
        a.a_process_record(lot, 20, is_submitted=False)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quantity_in": 10, "quantity_good": 8, "quantity_scrap": 1}, "add up to 9"),
        ({"quantity_good": 5, "outputs": [{"quantity": 4}]}, "outputs list 4"),
        ({"quantity_good": 2, "outputs": [{"quantity": 2, "serial_numbers": "X1"}]}, "serial numbers"),
        ({"quantity_good": 0}, "say how many"),
    ],
)
def test_quantities_that_do_not_add_up_are_refused(fields: dict, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        a.a_process_record(a_lot(), **fields)


def test_a_record_without_quantities_hands_on_what_is_there() -> None:
    lot = a_lot("Turning", "Cleaning")
    a.a_process_record(lot, 10, quantity_good=6)
    assert a.a_process_record(lot, 20, quantity_in=0).quantity_good == 6


def test_an_operation_before_the_pieces_are_made_links_its_material() -> None:
    resin = a.an_accepted_lot(qty=5)
    lot = a_lot("Drying", {"operation_name": "Moulding", "makes_quantity": 1})
    a.a_process_record(lot, 10, quantity_in=0, materials=[{"lot": resin, "quantity": 5}])
    a.a_process_record(lot, 20, quantity_good=100)
    assert (a.on_hand(resin), a.on_hand(lot), a.links_into(lot)) == (0, 100, {resin})


def test_a_component_waits_in_process_for_its_inspection() -> None:
    item = a.an_item("Component")
    a.a_routing(item)
    lot = a.a_started_lot(item)
    a.a_process_record(lot)
    assert a.state_of(lot) == "In Process"


def test_a_cavity_that_the_tool_does_not_have_is_refused() -> None:
    with pytest.raises(BadInput, match="cavities 1 to 8"):
        a.a_process_record(a_lot(), tool=a.a_tool(cavities=8), outputs=[{"cavity": "9", "quantity": 10}])


def test_numbered_pieces_are_scrapped_by_name() -> None:
    lot = a_lot("Turning", "Cleaning")
    serials = [a.unique("SN") for _ in range(3)]
    a.a_process_record(lot, 10, quantity_good=3, outputs=[{"serial_numbers": "\n".join(serials)}])
    record = a.a_process_record(lot, 20, is_submitted=False, quantity_good=2, quantity_scrap=1)
    with pytest.raises(BadInput, match="name the serial numbers"):
        record.submit()
    record.reload()
    record.scrapped_serials = serials[0]
    record.submit()
    assert (
        frappe.db.get_value("Serial Unit", {"serial_no": serials[0], "lot": lot}, "whereabouts") == "Scrapped"
    )


# --- the order of operations


@pytest.mark.requirement("PROD-3")
def test_an_operation_is_not_skipped() -> None:
    lot = a_lot("Turning", "Cleaning", "Marking")
    a.a_process_record(lot, 10)
    with pytest.raises(OperationRefused, match="operation 20 Cleaning has no record"):
        a.a_process_record(lot, 30)


@pytest.mark.requirement("PROD-3")
def test_the_next_operation_waits_while_one_is_open() -> None:
    lot = a_lot("Turning", "Cleaning")
    open_record = a.a_process_record(lot, 10, is_submitted=False)
    with pytest.raises(OperationRefused, match=open_record.name):
        a.a_process_record(lot, 20)
    open_record.submit()
    a.a_process_record(lot, 20)


@pytest.mark.requirement("PROD-3")
def test_an_operation_that_is_over_is_not_repeated() -> None:
    lot = a_lot("Turning", "Cleaning", "Marking")
    a.a_process_record(lot, 10)
    a.a_process_record(lot, 20)
    with pytest.raises(OperationRefused, match="is over"):
        a.a_process_record(lot, 10)


@pytest.mark.requirement("PROD-3")
def test_a_second_shift_may_add_to_an_operation_that_is_not_complete() -> None:
    lot = a_lot("Turning", "Cleaning")
    a.a_process_record(lot, 10, quantity_good=5, completes_operation=0)
    with pytest.raises(OperationRefused, match="more records"):
        a.a_process_record(lot, 20, quantity_good=5)
    a.a_process_record(lot, 10, quantity_good=5)
    a.a_process_record(lot, 20, quantity_good=10)
    assert a.on_hand(lot) == 10


@pytest.mark.requirement("PROD-3")
def test_no_more_pieces_go_on_than_came_out() -> None:
    lot = a_lot("Turning", "Cleaning")
    a.a_process_record(lot, 10, quantity_good=8, quantity_scrap=2)
    with pytest.raises(OperationRefused, match="handed on 8"):
        a.a_process_record(lot, 20, quantity_good=10)


def test_an_operation_is_not_cancelled_under_a_later_one() -> None:
    lot = a_lot("Turning", "Cleaning")
    first = a.a_process_record(lot, 10)
    second = a.a_process_record(lot, 20)
    with pytest.raises(OperationRefused, match=second.name):
        first.cancel()


def test_a_cancelled_record_gives_its_material_back() -> None:
    bar, lot = a.an_accepted_lot(qty=10), a_lot("Turning", "Cleaning")
    record = a.a_process_record(lot, 10, materials=[{"lot": bar, "quantity": 4}])
    record.cancel()
    assert (a.on_hand(bar), a.on_hand(lot), a.links_into(lot)) == (10, 0, set())


def test_an_unknown_operation_names_those_that_exist() -> None:
    with pytest.raises(BadInput, match="It has 10"):
        a.a_process_record(a_lot(), 15)


# --- readings and limits


def a_reading(**reading: object) -> dict:
    return {"parameters": [{"parameter": "Speed", **reading}]}


@pytest.mark.requirement("PROD-1", "PROD-4")
def test_limits_come_from_the_routing_and_are_not_typed() -> None:
    lot = a_lot(parameters=[SPEED])
    record = a.a_process_record(lot, is_submitted=False, **a_reading(value=300, upper_limit="9999"))
    assert (record.parameters[0].upper_limit, record.parameters[0].judgement) == ("500", "OK")


@pytest.mark.requirement("PROD-4")
def test_a_reading_outside_warning_limits_warns_at_once() -> None:
    lot = a_lot(parameters=[SPEED])
    frappe.local.message_log = []
    record = a.a_process_record(lot, is_submitted=False, **a_reading(value=450))
    assert record.parameters[0].judgement == "Warning"
    assert "Speed" in str(frappe.local.message_log)
    record.submit()
    assert a.state_of(lot) == "Awaiting Release"


@pytest.mark.requirement("PROD-4", "NC-1")
@pytest.mark.parametrize(
    "reading", [{"value": 501}, {"value": 300, "minimum": 99}, {"value": 300, "maximum": 501}]
)
def test_a_reading_out_of_specification_opens_an_ncr_and_holds_the_lot(reading: dict) -> None:
    lot = a_lot(parameters=[SPEED])
    record = a.a_process_record(lot, quantity_good=9, **a_reading(**reading))
    assert a.state_of(lot) == "On Hold"
    ncr = frappe.get_doc("NCR", {"source_doctype": "Process Record", "source_name": record.name})
    assert [(row.lot, row.quantity) for row in ncr.lots] == [(lot, 9)]
    assert "Speed" in ncr.title and ncr.workflow_state == "Open"


def test_a_critical_parameter_makes_a_critical_ncr() -> None:
    lot = a_lot(parameters=[{**SPEED, "critical": 1}])
    record = a.a_process_record(lot, **a_reading(value=900))
    assert frappe.db.get_value("NCR", {"source_name": record.name}, "severity") == "Critical"


@pytest.mark.requirement("PROD-2")
def test_a_reading_that_is_asked_for_is_not_left_out() -> None:
    with pytest.raises(BadInput, match="Speed"):
        a.a_process_record(a_lot(parameters=[SPEED]))


def test_a_reading_of_zero_is_a_reading() -> None:
    lot = a_lot(parameters=[{"parameter": "Leak", "upper_limit": "1"}])
    record = a.a_process_record(lot, parameters=[{"parameter": "Leak", "value": 0}])
    assert record.parameters[0].judgement == "OK"


def test_a_machine_series_is_bound_by_the_hash_of_its_bytes() -> None:
    from hashlib import sha256

    content = b"2026-01-01T10:00:00Z|Sspeed|300\n"
    url = a.insert("File", file_name=f"{a.unique('series')}.shdr", content=content, is_private=1).file_url
    record = a.a_process_record(a_lot(parameters=[SPEED]), **a_reading(value=300, series_file=url))
    assert record.parameters[0].series_hash == "sha256:" + sha256(content).hexdigest()


# --- fit for it


def an_asking_lot(**asks: object) -> str:
    return a_lot({"operation_name": "Turning", **asks})


@pytest.mark.requirement("PROD-6")
def test_an_unqualified_machine_does_not_run() -> None:
    lot = an_asking_lot(qualification_required=1)
    with pytest.raises(NotQualified, match="is not qualified"):
        a.a_process_record(lot, equipment=a.a_workstation(is_qualified=False))
    a.a_process_record(lot, equipment=a.a_workstation())


@pytest.mark.requirement("PROD-6")
def test_a_machine_out_of_calibration_does_not_run() -> None:
    machine = a.a_workstation()
    lot = an_asking_lot(calibration_required=1)
    with pytest.raises(NotQualified, match="calibration"):
        a.a_process_record(lot, equipment=machine)
    a.a_qualification("Workstation", machine, "Calibration")
    a.a_process_record(lot, equipment=machine)


@pytest.mark.requirement("PROD-6")
def test_a_person_without_training_does_not_run_it() -> None:
    person, lot = a.a_user("Operator"), an_asking_lot(training_required=1)
    a.a_qualification("User", person, "Training", scope="Cleaning")
    with pytest.raises(NotQualified, match="trained"):
        a.a_process_record(lot, operator=person)
    a.a_qualification("User", person, "Training", scope="Turning")
    a.a_process_record(lot, operator=person)


@pytest.mark.requirement("PROD-6")
def test_a_machine_of_another_type_does_not_run() -> None:
    kind, other = a.unique("Lathe"), a.unique("Oven")
    a.a_workstation(kind)
    lot = an_asking_lot(equipment_type=kind)
    with pytest.raises(NotQualified, match=other):
        a.a_process_record(lot, equipment=a.a_workstation(other))


def test_a_tool_out_of_service_is_not_used() -> None:
    with pytest.raises(NotQualified, match="Out Of Service"):
        a.a_process_record(a_lot(), tool=a.a_tool(status="Out Of Service"))


def test_qualification_counts_on_the_day_of_the_work() -> None:
    machine = a.a_workstation(is_qualified=False)
    a.a_qualification("Workstation", machine, "Equipment Qualification", valid_from=frappe.utils.nowdate())
    lot = an_asking_lot(qualification_required=1)
    with pytest.raises(NotQualified, match="begins on"):
        a.a_process_record(lot, equipment=machine, started_at=add_to_date(now_datetime(), days=-2))


# --- what was recorded stays


def test_a_submitted_record_is_not_edited() -> None:
    record = a.a_process_record(a_lot())
    record.quantity_good = 99
    with pytest.raises(frappe.ValidationError):
        record.save()


def test_a_submitted_record_is_not_deleted() -> None:
    record = a.a_process_record(a_lot("Turning", "Cleaning"))
    record.cancel()
    with pytest.raises(TraceError, match="not deleted"):
        frappe.delete_doc("Process Record", record.name)


def test_an_operator_may_record_and_submit_alone() -> None:
    bar, lot, person = a.an_accepted_lot(), a_lot(parameters=[SPEED]), a.a_user("Operator")
    with a.as_user(person):
        a.a_process_record(lot, materials=[{"lot": bar, "quantity": 1}], **a_reading(value=999))
    assert a.state_of(lot) == "On Hold"
