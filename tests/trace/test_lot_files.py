"""The files of a lot: its own and those of the records that name it, and no others."""

from __future__ import annotations

import pytest

import builders as a
import frappe
from med_trace.api.files import of_lot
from med_trace.domain.errors import NotFound
from med_trace.nonconformance import service as nonconformance

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("INSP-6", "TRC-3")]


def attach(doctype: str, name: str) -> str:
    file = {
        "doctype": "File",
        "file_name": f"{a.unique('paper')}.txt",
        "content": "what it says",
        "is_private": 1,
    }
    return (
        frappe.get_doc({**file, "attached_to_doctype": doctype, "attached_to_name": name}).insert().file_name
    )


def names(lot: str) -> set[str]:
    return {one["file_name"] for one in of_lot(lot)["files"]}


def test_files_of_the_lot_and_of_an_ncr_about_it_are_found() -> None:
    lot, other = a.an_accepted_lot(), a.an_accepted_lot()
    ncr = nonconformance.open_ncr("Scratches", [{"lot": lot, "quantity": 1}], description="Seen")
    own, of_ncr, of_other = attach("Material Lot", lot), attach("NCR", ncr), attach("Material Lot", other)
    assert {own, of_ncr} <= names(lot) and of_other not in names(lot)
    assert of_lot(lot)["count"] == len(of_lot(lot)["files"])


def test_each_file_says_which_record_it_belongs_to() -> None:
    lot = a.an_accepted_lot()
    name = attach("Material Lot", lot)
    [found] = [one for one in of_lot(lot)["files"] if one["file_name"] == name]
    assert (found["document_type"], found["document_name"]) == ("Material Lot", lot)
    assert found["file_url"].startswith("/private/files/")


def test_a_lot_that_is_none_is_refused() -> None:
    with pytest.raises(NotFound, match="no such lot"):
        of_lot("no such lot")


def test_without_permission_nothing_is_shown() -> None:
    lot = a.an_accepted_lot()
    with a.as_user(a.a_user()), pytest.raises(frappe.PermissionError):
        of_lot(lot)
