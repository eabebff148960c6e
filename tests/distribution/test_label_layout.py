"""An administrator decides what labels look like; every symbol still decodes, and no label loses its identity."""

from __future__ import annotations

import json
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_user, unique
from lots import a_lot
from med_trace.distribution.label import label_of, sample_label
from med_trace.distribution.label_picture import Layout, label_svg
from med_trace.domain.states import Kind, State
from pictures import pages_of, symbols_on

pytestmark = pytest.mark.requirement("CFG-1", "ID-4")
weasyprint = pytest.importorskip("weasyprint")


def a_layout(**fields: Any) -> Any:
    values = {
        "layout_name": unique("LABEL"),
        "kind": "Finished",
        "lines": [{"content": "LOT"}, {"content": "EXP", "caption": "Use by"}],
        **fields,
    }
    return frappe.new_doc("Label Layout").update(values)


def drawn(svg: str) -> Any:
    from io import BytesIO

    style = "<style>@page { size: 220mm 300mm; margin: 0 } body { margin: 0 }</style>"
    return pages_of(BytesIO(weasyprint.HTML(string=style + svg).write_pdf()))[0]


def test_lines_captions_symbols_and_text_follow_the_layout() -> None:
    a_layout(show_linear=0, show_qr=0, fixed_text="Single use only").insert()
    lot = a_lot(State.RELEASED, kind=Kind.FINISHED, gtin="09521234001010", expiry_date="2030-12-31")
    label = label_of("Material Lot", lot)
    assert label.lines == (("LOT", lot), ("Use by", "2030-12-31"))
    assert label.layout.symbols == ("GS1 DataMatrix",)
    assert "Single use only" in label_svg(label)
    raw = a_lot(State.RELEASED, kind=Kind.RAW, gtin="09521234001010")
    assert label_of("Material Lot", raw).layout == Layout()  # another kind keeps the built-in one


@pytest.mark.parametrize(("width", "module"), [(40, 0.254), (60, 0.38), (105, 0.5), (210, 0.99)])
def test_every_symbol_decodes_at_any_size(width: float, module: float) -> None:
    label = sample_label(a_layout(width=width, module_2d=module, module_1d=0.2))
    found = symbols_on(drawn(label_svg(label)))
    assert ("DataMatrix", "]d2", label.code.element_string()) in found
    assert ("QRCode", "]Q1", label.address) in found
    assert len([one for one in found if one[1] == "]C1"]) == len(label.linear)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"width": 20}, "expected 40"),
        ({"module_2d": 0.1}, "expected 0.254"),
        ({"show_datamatrix": 0, "show_qr": 0, "show_linear": 0}, "at least one symbol"),
        ({"lines": [{"content": "EXP"}]}, "add a line LOT"),
        ({"lines": [{"content": "LOT"}, {"content": "LOT"}]}, "twice"),
    ],
)
def test_a_label_that_could_not_be_read_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(frappe.ValidationError, match=words):
        a_layout(**fields).insert()


def test_one_active_layout_a_kind() -> None:
    a_layout().insert()
    with pytest.raises(frappe.ValidationError, match="active layout for these lots already"):
        a_layout().insert()
    a_layout(kind="Raw").insert()
    a_layout(active=0).insert()


def test_a_layout_is_looked_at_before_it_is_saved(client: Any) -> None:
    user = a_user("Trace Administrator")
    frappe.db.commit()
    client.login(user, PASSWORD)
    values = {**a_layout(width=60).as_dict(), "show_qr": 0}
    seen = client.call("med_trace.api.label.preview", layout=json.dumps(values, default=str))
    assert seen.status == 200 and 'width="60mm"' in seen.message["svg"] and not seen.message["problem"]
    unfinished = client.call("med_trace.api.label.preview", layout={"width": 60}).message
    assert unfinished["svg"] and "add a line LOT" in unfinished["problem"]
    assert client.call("med_trace.api.label.preview", layout={"width": 1}).message["svg"] is None
    assert client.call("med_trace.api.label.preview", layout="[]").status == 417
