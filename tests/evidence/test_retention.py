"""What is within its retention period cannot be removed, whichever way somebody tries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import frappe
from builders import (
    a_delivery,
    a_lot_release,
    a_made_lot,
    a_plan,
    a_process_record,
    a_receipt,
    a_received_lot,
    a_released_lot,
    a_routing,
    a_started_lot,
    an_inspection,
    an_item,
    insert,
    links_into,
    lot_of,
    unique,
)
from frappe.utils import add_to_date, getdate, now_datetime, nowdate
from med_trace import install
from med_trace.domain.errors import TraceError
from med_trace.evidence.retention import StillKept, kept_until, require_nothing_kept, require_removable

pytestmark = pytest.mark.requirement("EVI-7")


def years_from_now(years: int) -> date:
    return getdate(add_to_date(nowdate(), years=years))


def long_over(lot: str, years: int = 40) -> None:
    """As if the last thing had happened to the lot so long ago."""
    frappe.db.set_value(
        "Material Lot", lot, {"last_event_at": add_to_date(now_datetime(), years=-years), "expiry_date": None}
    )


def refused(doctype: str, name: str, **options) -> None:
    """Within its period; our own records refuse it for good."""
    with pytest.raises(TraceError, match=r"is kept until|has a history|and is not deleted|only a draft"):
        frappe.delete_doc(doctype, name, ignore_permissions=True, **options)
    assert frappe.db.exists(doctype, name)


# -- how long


def test_the_period_is_counted_in_years_from_the_last_event():
    lot = a_received_lot()
    assert kept_until("Material Lot", lot) == (years_from_now(15), lot)
    frappe.db.set_single_value("Trace Settings", "retention_years", 3)
    assert kept_until("Material Lot", lot) == (years_from_now(3), lot)


def test_an_item_may_have_years_of_its_own():
    lot = a_received_lot(an_item("Raw", mt_retention_years=25))
    assert kept_until("Material Lot", lot)[0] == years_from_now(25)


def test_nothing_ends_before_the_lot_expires():
    frappe.db.set_single_value("Trace Settings", "retention_years", 1)
    lot = a_received_lot()
    frappe.db.set_value("Material Lot", lot, "expiry_date", years_from_now(9))
    assert kept_until("Material Lot", lot)[0] == years_from_now(9)


def test_what_it_was_made_from_is_kept_as_long_as_it():
    product = a_made_lot()
    (material,) = links_into(product)
    long_over(material)
    assert kept_until("Material Lot", material)[0] == years_from_now(15)


def test_a_period_that_is_over_lets_go():
    lot = a_received_lot()
    long_over(lot)
    require_removable("Material Lot", lot)


def test_a_lot_to_which_nothing_ever_happened_may_go():
    item = an_item("Finished")
    a_routing(item)
    lot = a_started_lot(item)
    frappe.db.set_value("Material Lot", lot, "last_event_at", None)
    require_removable("Material Lot", lot)


# -- every route


def test_deleting_a_lot_and_its_batch():
    lot = a_received_lot()
    refused("Material Lot", lot)
    refused("Material Lot", lot, force=True)
    refused("Batch", frappe.db.get_value("Material Lot", lot, "batch"), force=True)


@pytest.fixture
def made():
    """A lot with a process record, an inspection, a release, a delivery: name by DocType."""
    item = an_item("Finished")
    routing = a_routing(item)
    lot = a_started_lot(item)
    record = a_process_record(lot)
    plan = a_plan(item, "Final")
    inspection = an_inspection(lot, plan)
    return {
        "Material Lot": lot,
        "Process Record": record.name,
        "Process Routing": routing.name,
        "Inspection Record": inspection.name,
        "Inspection Plan": plan.name,
    }


def test_deleting_what_says_how_it_was_made_and_inspected(made):
    """A submitted record is refused by Frappe already; nobody gets further by cancelling it first."""
    for doctype, name in made.items():
        if frappe.get_meta(doctype).is_submittable:
            with pytest.raises(frappe.ValidationError, match="ubmitted"):
                frappe.delete_doc(doctype, name, ignore_permissions=True, force=True)
            frappe.db.set_value(doctype, name, "docstatus", 2)
        refused(doctype, name, force=True)


def test_cancelling_and_deleting_the_papers_of_a_receipt_and_a_delivery():
    receipt = a_receipt()
    lot = lot_of(receipt.items[0].batch_no)
    receipt.reload()
    receipt.cancel()
    refused("Purchase Receipt", receipt.name, force=True)
    assert kept_until("Purchase Receipt", receipt.name)[1] == lot
    delivery = a_delivery(a_released_lot())
    frappe.get_doc("Delivery Note", delivery.name).cancel()
    refused("Delivery Note", delivery.name, force=True)


def test_a_release_and_an_ncr():
    release = a_lot_release(a_made_lot())
    with pytest.raises(StillKept):
        require_removable("Lot Release", release.name)
    lot = a_received_lot()
    ncr = insert(
        "NCR", title="Scratched", severity="Minor", description="Line", lots=[{"lot": lot, "quantity": 1}]
    )
    refused("NCR", ncr.name, force=True)


def test_deleting_many_at_once():
    suppliers = [a_receipt().supplier, a_receipt().supplier]
    with pytest.raises(StillKept):
        frappe.delete_doc("Supplier", suppliers, ignore_permissions=True, force=True)
    assert [name for name in suppliers if not frappe.db.exists("Supplier", name)] == []


def a_file_of(doctype: str, name: str, content: str = "certificate"):
    return frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"{unique('cert')}.txt",
            "content": content,
            "is_private": 1,
            "attached_to_doctype": doctype,
            "attached_to_name": name,
        }
    ).insert()


def test_deleting_a_file_or_taking_it_off_its_record():
    file = a_file_of("Material Lot", a_received_lot())
    refused("File", file.name, force=True)
    for other in (
        {"attached_to_doctype": None, "attached_to_name": None},
        {"attached_to_name": a_received_lot()},
    ):
        document = frappe.get_doc("File", file.name).update(other)
        with pytest.raises(StillKept):
            document.save(ignore_permissions=True)
    assert frappe.get_doc("File", file.name).attached_to_doctype == "Material Lot"
    assert frappe.get_doc("File", file.name).get_content() == "certificate"


def test_the_bytes_of_a_file_go_when_its_deletion_is_committed(client):
    content = unique("certificate")
    file = a_file_of("Item", an_item(), content)
    path = Path(file.get_full_path())
    frappe.db.commit()
    frappe.delete_doc("File", file.name, ignore_permissions=True)
    frappe.db.rollback()
    assert path.read_text() == content
    frappe.delete_doc("File", file.name, ignore_permissions=True)
    assert path.exists()
    frappe.db.commit()
    assert not path.exists()


def test_a_file_of_nothing_that_is_kept_may_go():
    file = a_file_of("Material Lot", a_received_lot())
    lot = file.attached_to_name
    long_over(lot)
    frappe.delete_doc("File", file.name, ignore_permissions=True)
    assert not frappe.db.exists("File", file.name)


def test_renaming_and_merging(made):
    with pytest.raises((StillKept, frappe.ValidationError)):
        frappe.rename_doc("Material Lot", made["Material Lot"], unique("NEW"), force=True)
    other = a_received_lot()
    with pytest.raises((StillKept, frappe.ValidationError)):
        frappe.rename_doc("Material Lot", other, made["Material Lot"], merge=True, force=True)
    assert frappe.db.exists("Material Lot", other) and frappe.db.exists("Material Lot", made["Material Lot"])


def test_partners_machines_and_people_that_the_ledger_names():
    receipt = a_receipt()
    refused("Supplier", receipt.supplier, force=True)
    delivery = a_delivery(a_released_lot())
    refused("Customer", delivery.customer, force=True)


def test_a_qualification_under_which_work_was_done():
    receipt = a_receipt()
    name = frappe.db.get_value("Qualification", {"subject": receipt.supplier})
    refused("Qualification", name, force=True)


def test_dropping_a_table_of_the_app():
    a_received_lot()
    with pytest.raises((StillKept, frappe.ValidationError)):
        frappe.delete_doc("DocType", "Process Record", ignore_permissions=True)
    assert frappe.db.table_exists("Process Record", cached=False)


@pytest.mark.requirement("AUD-2")
@pytest.mark.parametrize(
    "table", ["Audit Entry", "Audit Seal", "Trace Event", "Trace Event Item", "Electronic Signature"]
)
def test_clearing_the_logs(table):
    a_lot_release(a_made_lot())
    for statement in (f"delete from `tab{table}`", f"delete from `tab{table}` where creation < '2999-01-01'"):
        frappe.db.savepoint("clearing")
        with pytest.raises(Exception, match="append-only"):
            frappe.db.sql(statement)
        frappe.db.rollback(save_point="clearing")
    assert frappe.db.count(table)


def test_deleting_all_transactions_of_a_company():
    a_received_lot()
    document = frappe._dict(doctype="Transaction Deletion Record", company="Trace Works")
    from med_trace.evidence.events.retention import transactions_before_deletion

    with pytest.raises(StillKept):
        transactions_before_deletion(document)


def test_uninstalling_the_app_unless_the_sites_configuration_allows_it():
    lot = a_received_lot()
    with pytest.raises(StillKept, match=lot):
        install.before_uninstall()
    frappe.local.conf["med_trace_allow_uninstall"] = 1
    try:
        require_nothing_kept()
    finally:
        del frappe.local.conf["med_trace_allow_uninstall"]
