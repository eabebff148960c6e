"""Scanning: every way to name a record leads to it, and a wrong code says why."""

import random

import pytest

import frappe
from builders import (
    a_made_lot,
    a_received_lot,
    a_released_lot,
    a_user,
    an_item,
    as_user,
    unique,
)
from med_trace.api.scan import resolve
from med_trace.distribution.packing import Packed
from med_trace.distribution.scanning import WrongCode
from med_trace.distribution.service import pack
from med_trace.domain import gs1
from med_trace.domain.errors import BadInput, NotFound

pytestmark = pytest.mark.requirement("ID-5")

GS = "\x1d"


def a_gtin():
    number = int(frappe.generate_hash(length=10), 16) % 10**11
    return gs1.with_check_digit(f"09{number:011d}")


@pytest.fixture
def unit():
    """A released unit with a GTIN: (unit, lot, serial, gtin)."""
    gtin, serial = a_gtin(), unique("SN")
    lot = a_released_lot(an_item("Finished", has_serial_no=1, mt_gtin=gtin), serials=[serial])
    return frappe.db.get_value("Serial Unit", {"lot": lot}), lot, serial, gtin


def test_every_code_of_a_unit_leads_to_it(unit):
    name, lot, serial, gtin = unit
    for code in (
        serial,
        f"  {serial}\r\n",
        f"01{gtin}21{serial}",
        f"]d201{gtin}10{lot}{GS}21{serial}",
        f"{GS}01{gtin}10{lot}{GS}21{serial}",
        f"(01){gtin}(10){lot}(21){serial}",
        f"https://id.example.com/01/{gtin}/10/{lot}/21/{serial}",
        f"]Q1https://anywhere.example/x/01/{gtin}/21/{serial}",
    ):
        found = resolve(code)
        assert (found["doctype"], found["name"], found["lot"]) == ("Serial Unit", name, lot), code
        assert (found["kind"], found["state"]) == ("Finished", "Released")


def test_separators_that_a_scanner_dropped_are_found_by_what_exists(unit):
    name, lot, serial, gtin = unit
    found = resolve(f"01{gtin}10{lot}21{serial}")
    assert (found["doctype"], found["name"]) == ("Serial Unit", name)


def test_every_code_of_a_lot_leads_to_it():
    gtin = a_gtin()
    lot = a_made_lot(an_item("Finished", mt_gtin=gtin))
    for code in (
        lot,
        f"01{gtin}10{lot}",
        f"(01){gtin}(10){lot}",
        f"https://id.example.com/01/{gtin}/10/{lot}",
    ):
        found = resolve(code)
        assert (found["doctype"], found["name"], found["state"]) == ("Material Lot", lot, "Awaiting Release")
    assert resolve(f"01{gtin}10{lot}")["gs1"]["gtin"] == gtin
    assert resolve(lot)["gs1"] is None


def test_a_gtin_leads_to_its_item():
    gtin = a_gtin()
    item = an_item("Finished", mt_gtin=gtin)
    for code in (gtin, gtin[1:], f"01{gtin}", f"https://id.example.com/01/{gtin}"):
        found = resolve(code)
        assert (found["doctype"], found["name"]) == ("Item", item), code


@pytest.mark.requirement("ID-2")
def test_a_supplier_lot_or_heat_number_leads_to_its_lot_or_to_the_candidates():
    heat, own = unique("HEAT"), unique("SUP")
    first = a_received_lot(mt_heat_no=heat, mt_supplier_lot=own)
    found = resolve(own)
    assert (found["name"], found["matched"]) == (first, "Supplier Lot")
    assert resolve(heat)["name"] == first
    second = a_received_lot(mt_heat_no=heat)
    found = resolve(heat)
    assert found["doctype"] is None
    assert {one["name"] for one in found["candidates"]} == {first, second}
    assert {one["matched"] for one in found["candidates"]} == {"Heat Number"}


def test_an_sscc_leads_to_what_is_inside():
    lot, code = a_released_lot(), gs1.sscc("9506000", random.randrange(10**9))
    pack(code, [Packed(lot, 3)])
    for scanned in (f"]C100{code}", f"(00){code}", code, f"https://id.example.com/00/{code}"):
        found = resolve(scanned)
        assert (found["kind"], found["name"]) == ("Container", code)
        assert [one["lot"] for one in found["contents"]] == [lot]


def test_actions_are_those_of_the_state_and_of_the_user(unit):
    name, lot, _, _ = unit
    with as_user(a_user("Quality")):
        actions = resolve(lot)["actions"]
        assert {"Revoke Release", "Hold"} <= set(actions)
        assert "Release" not in actions
    with as_user(a_user("Trace Auditor")):
        assert resolve(lot)["actions"] == []
    with as_user(a_user("Quality")):
        assert "Return" not in resolve(name)["actions"]


def test_a_label_that_contradicts_the_record_is_refused(unit):
    _, lot, serial, gtin = unit
    other = a_gtin()
    an_item("Finished", mt_gtin=other)
    with pytest.raises(WrongCode, match=lot):
        resolve(f"01{other}10{lot}")
    with pytest.raises(WrongCode, match=lot):
        resolve(f"01{gtin}10OTHER{GS}21{serial}")


def test_a_wrong_expiry_on_the_label_is_said():
    gtin = a_gtin()
    lot = a_made_lot(an_item("Finished", mt_gtin=gtin, shelf_life_in_days=100))
    found = resolve(f"01{gtin}17300101" + f"10{lot}")
    if frappe.db.get_value("Material Lot", lot, "expiry_date"):
        assert "2030-01-01" in found["warnings"][0]


@pytest.mark.parametrize(
    "code, error, words",
    [
        ("", BadInput, "code"),
        ("x" * 3000, BadInput, "2000"),
        ("NO-SUCH-LOT", NotFound, "NO-SUCH-LOT"),
        ("0109506000134353", gs1.WrongValue, "check digit"),
        ("]d210ABC", gs1.WrongCombination, "needs"),
        ("https://id.example.com/catalogue", gs1.UnknownIdentifier, "no GS1"),
        ("(01)09506000134352(10)NO-SUCH-LOT", NotFound, "NO-SUCH-LOT"),
        ("(00)106141411928374657", NotFound, "106141411928374657"),
        ("<script>alert(1)</script>", NotFound, "known here"),
    ],
)
def test_a_wrong_code_says_why(site, code, error, words):
    with pytest.raises(error, match=words) as refusal:
        resolve(code)
    assert 400 <= refusal.value.http_status_code < 500


def test_a_visitor_without_permission_learns_nothing(unit):
    with as_user("Guest"), pytest.raises(frappe.PermissionError):
        resolve(unit[0])
