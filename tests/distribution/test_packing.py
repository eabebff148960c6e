"""Cases and pallets: scan one and know all inside; nothing is in two places."""

import pytest

import frappe
from builders import a_released_lot, a_user, as_user, events_of, unique
from med_trace.api import distribution as api
from med_trace.distribution.packing import AlreadyPacked, Packed, containers_of
from med_trace.distribution.service import contents, label_of_container, next_sscc, pack, unpack
from med_trace.domain import gs1
from med_trace.domain.errors import BadInput, GateRefusal, NotFound
from med_trace.ledger.service import hold, reverse

pytestmark = pytest.mark.requirement("DIST-4")


@pytest.fixture(autouse=True)
def company_prefix(site):
    settings = frappe.get_doc("Trace Settings")
    settings.company_prefix = "9506000"
    settings.save()


def units_of(number):
    lot = a_released_lot(serials=[unique("SN") for _ in range(number)])
    return lot, frappe.get_all("Serial Unit", {"lot": lot}, pluck="name", order_by="name asc")


def inside(sscc):
    return {(one["container"], one["serial_unit"] or one["lot"]) for one in contents(sscc)}


def test_sscc_are_new_and_valid():
    first, second = next_sscc(), next_sscc()
    assert first != second
    assert all(
        gs1.is_valid_key(code) and len(code) == 18 and code[1:8] == "9506000" for code in (first, second)
    )


def test_a_pallet_knows_the_units_in_its_cases():
    lot, units = units_of(3)
    case, pallet = next_sscc(), next_sscc()
    pack(case, [Packed(lot, unit=unit) for unit in units[:2]])
    pack(pallet, [Packed(lot, unit=units[2])], cases=[case])
    assert inside(pallet) == {(case, units[0]), (case, units[1]), (pallet, units[2])}
    assert containers_of([units[0]]) == {units[0]: case}
    assert len(events_of(lot, "Aggregated")) == 2


def test_a_quantity_without_serial_numbers_is_packed_and_counted():
    lot, case = a_released_lot(qty=10), next_sscc()
    pack(case, [Packed(lot, 6)])
    unpack(case, [Packed(lot, 2)])
    (held,) = contents(case)
    assert (held["lot"], held["quantity"]) == (lot, 4)


def test_a_unit_is_in_one_container_only():
    lot, units = units_of(1)
    first, second = next_sscc(), next_sscc()
    pack(first, [Packed(lot, unit=units[0])])
    with pytest.raises(AlreadyPacked, match=first):
        pack(second, [Packed(lot, unit=units[0])])
    unpack(first)
    pack(second, [Packed(lot, unit=units[0])])
    assert inside(second) == {(second, units[0])}


def test_a_case_is_on_one_pallet_only_and_never_in_itself():
    lot, case, pallet, other = a_released_lot(), next_sscc(), next_sscc(), next_sscc()
    pack(case, [Packed(lot, 1)])
    pack(pallet, cases=[case])
    with pytest.raises(AlreadyPacked, match=pallet):
        pack(other, cases=[case])
    with pytest.raises(BadInput, match="itself"):
        pack(case, cases=[case])
    with pytest.raises(BadInput, match="itself"):
        pack(case, cases=[pallet])


def test_a_case_taken_off_its_pallet_keeps_its_content():
    lot, case, pallet = a_released_lot(), next_sscc(), next_sscc()
    pack(case, [Packed(lot, 5)])
    pack(pallet, cases=[case])
    unpack(pallet, cases=[case])
    assert contents(pallet) == []
    assert inside(case) == {(case, lot)}


def test_a_reversed_packing_never_happened():
    lot, case = a_released_lot(), next_sscc()
    event = pack(case, [Packed(lot, 5)])
    reverse(event, "wrong case")
    assert contents(case) == []


def test_what_is_not_inside_cannot_be_taken_out():
    lot, case = a_released_lot(), next_sscc()
    pack(case, [Packed(lot, 5)])
    with pytest.raises(NotFound, match="is not in"):
        unpack(case, [Packed(lot, 6)])
    with pytest.raises(BadInput, match="nothing is named"):
        pack(case)


def test_a_held_lot_is_not_packed():
    lot = a_released_lot()
    hold([lot], "complaint", source=("NCR", "NCR-0001"))
    with pytest.raises(GateRefusal):
        pack(next_sscc(), [Packed(lot, 1)])


def test_a_wrong_sscc_is_refused():
    with pytest.raises(BadInput, match="SSCC"):
        pack("395060001343520000", [Packed(a_released_lot(), 1)])


def test_a_container_has_a_label():
    code = next_sscc()
    label = label_of_container(code)
    assert label.code.element_string() == f"00{code}"
    assert label.lines == (("SSCC", code),)


def test_without_company_prefix_the_settings_are_named():
    settings = frappe.get_doc("Trace Settings")
    settings.company_prefix = ""
    settings.change_reason = "moved to another company"
    settings.save()
    with pytest.raises(BadInput, match="Trace Settings"):
        next_sscc()


def test_over_the_api_pieces_and_cases_are_lists():
    lot, case, pallet = a_released_lot(), next_sscc(), next_sscc()
    with as_user(a_user("Warehouse")):
        api.pack(case, f'[{{"lot": "{lot}", "quantity": 5}}]')
        api.pack(pallet, cases=case)
        assert [one["quantity"] for one in api.contents(pallet)] == [5]
        api.unpack(pallet, cases=[case])
        for pieces in ("nonsense", [5], [{"quantity": 1}], [{"lot": lot, "quantity": -1}], [{"lot": "NONE"}]):
            with pytest.raises(frappe.ValidationError):
                api.pack(case, pieces)
    with as_user(a_user("Trace Auditor")), pytest.raises(frappe.PermissionError):
        api.pack(case, [{"lot": lot, "quantity": 1}])
