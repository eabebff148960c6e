"""Labels from records: what is printed is what the ledger knows."""

import pytest

import frappe
from builders import a_made_lot, a_received_lot, a_user, an_item, as_user, unique
from med_trace.api import label
from med_trace.domain import gs1
from med_trace.domain.errors import BadInput, NotFound

pytestmark = pytest.mark.requirement("ID-4")

zxingcpp = pytest.importorskip("zxingcpp")
pdfium = pytest.importorskip("pypdfium2")


@pytest.fixture
def lot():
    gtin = gs1.with_check_digit("0950600013435")
    return a_made_lot(
        an_item("Finished", has_serial_no=1, mt_gtin=gtin),
        serials=[unique("SN")],
        batch={"expiry_date": "2031-05-31"},
    )


def test_a_unit_label_carries_gtin_lot_serial_and_dates(lot):
    unit = frappe.db.get_value("Serial Unit", {"lot": lot}, ["name", "serial_no"], as_dict=True)
    said = label.data("Serial Unit", unit.name)
    code = gs1.read(said["element_string"], frappe.utils.getdate())
    assert (code.gtin, code.lot, code.serial) == ("09506000134352", lot, unit.serial_no)
    assert str(code.expiry) == "2031-05-31"
    assert ["EXP", "2031-05-31"] in said["lines"] and ["LOT", lot] in said["lines"]
    assert said["digital_link"].startswith("https://id.example.com/01/09506000134352/10/")


def test_the_printed_label_reads_back_as_the_record(lot):
    label.pdf("Material Lot", [lot])
    picture = pdfium.PdfDocument(frappe.local.response.filecontent)[0].render(scale=300 / 72).to_pil()
    texts = {code.text for code in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)}
    said = label.data("Material Lot", lot)
    assert {said["element_string"], said["digital_link"]} <= texts


def test_an_item_without_gtin_is_labelled_with_our_own_number():
    lot = a_received_lot()
    said = label.data("Material Lot", lot)
    assert said["element_string"] is None
    assert said["plain"] == lot
    assert label.svg("Material Lot", lot).startswith("<svg")


@pytest.mark.parametrize("symbol", ["GS1 DataMatrix", "GS1-128", "QR"])
def test_each_symbol_is_an_svg_of_its_own(lot, symbol):
    assert label.svg("Material Lot", lot, symbol).startswith("<svg")


def test_wrong_requests_are_refused_by_name(lot):
    with pytest.raises(BadInput, match="symbol"):
        label.svg("Material Lot", lot, "Aztec")
    with pytest.raises(BadInput, match="doctype"):
        label.data("User", "Administrator")
    with pytest.raises(NotFound):
        label.data("Serial Unit", "NO-SUCH-UNIT")
    with pytest.raises(BadInput, match="names"):
        label.pdf("Material Lot", [])


def test_a_lot_number_that_gs1_cannot_carry_is_refused_with_its_reason():
    item = an_item("Finished", mt_gtin="09506000134352")
    lot = a_made_lot(item, batch={"batch_id": unique("A-LOT-NUMBER-TOO-LONG-FOR-GS1")})
    with pytest.raises(gs1.WrongValue, match="20"):
        label.data("Material Lot", lot)


def test_a_visitor_gets_no_label(lot):
    with as_user("Guest"), pytest.raises(frappe.PermissionError):
        label.data("Material Lot", lot)
    with as_user(a_user("Operator")):
        assert label.data("Material Lot", lot)
