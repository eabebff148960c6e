"""Notices and print layouts of an administrator: sent, printed, audited; what would fail or reach further is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_received_lot, a_user, unique
from frappe.translate import print_language
from med_trace.nonconformance import service as ncr_service
from memory import forget

CONFIGURE = "med_trace.api.configure"
pytestmark = pytest.mark.requirement("CFG-1")


@pytest.fixture
def administrator(client: Any) -> Any:
    user = a_user("Trace Administrator")
    frappe.db.commit()
    return client.login(user, PASSWORD)


@pytest.fixture
def forgotten(administrator: Any) -> Any:
    """Notices and layouts that a test made do not go on."""
    yield
    frappe.db.rollback()
    for doctype in ("Notification", "Print Format"):
        for name in frappe.get_all(doctype, filters={"name": ["like", "TEST-%"]}, pluck="name"):
            frappe.delete_doc(doctype, name, ignore_permissions=True)
    frappe.db.commit()


def a_notice(**values: Any) -> dict[str, Any]:
    return {
        "doctype": "Notification",
        "__islocal": 1,
        "__newname": unique("TEST"),
        "enabled": 1,
        "channel": "System Notification",
        "document_type": "NCR",
        "event": "New",
        "condition": "doc.severity == 'Critical'",
        "subject": "NCR {{ doc.name }}: {{ doc.title }}",
        "message": "<p>{{ doc.severity }}</p>{% for row in doc.lots %}<p>{{ row.lot }}</p>{% endfor %}",
        "recipients": [{"receiver_by_role": "Trace Quality"}],
        **values,
    }


def a_layout(**values: Any) -> dict[str, Any]:
    return {
        "doctype": "Print Format",
        "__islocal": 1,
        "__newname": unique("TEST"),
        "doc_type": "NCR",
        "html": '<h1>{{ _("Title") }} {{ doc.name }}</h1><p>{{ doc.get_formatted("title") }}</p>',
        **values,
    }


def saved(administrator: Any, doc: dict[str, Any]) -> Any:
    return administrator.call(f"{CONFIGURE}.save", doc=doc, reason="Asked for by Quality")


def logs_of(user: str, ncr: str) -> list[Any]:
    frappe.db.rollback()
    filters = {"for_user": user, "document_name": ncr}
    return frappe.get_all(
        "Notification Log", filters=filters, fields=["name", "subject", "email_content", "read"]
    )


@pytest.mark.requirement("AUD-1")
def test_a_notice_goes_to_a_role_when_its_condition_holds(administrator: Any, forgotten: None) -> None:
    quality, lot = a_user("Trace Quality"), a_received_lot()
    frappe.db.commit()
    made = saved(administrator, a_notice())
    assert made.status == 200, made.text
    frappe.db.rollback()
    minor = ncr_service.open_ncr("Scratch", [lot], severity="Minor")
    critical = ncr_service.open_ncr("Crack & <b>burr</b>", [lot], severity="Critical")
    frappe.db.commit()
    assert logs_of(quality, minor) == []
    (log,) = logs_of(quality, critical)
    assert log.subject.startswith(f"NCR {critical}: Crack") and lot in log.email_content
    reasons = {"document_type": "Notification", "document_name": made.message["name"]}
    assert frappe.get_all("Audit Entry", filters=reasons, pluck="reason") == ["Asked for by Quality"]


def test_a_change_of_a_value_is_told_to_whom_the_record_names(administrator: Any, forgotten: None) -> None:
    reporter, lot = a_user("Trace Quality"), a_received_lot()
    frappe.db.commit()
    recipients = [{"receiver_by_document_field": "owner"}]
    notice = a_notice(event="Value Change", value_changed="severity", condition="", recipients=recipients)
    assert saved(administrator, notice).status == 200
    frappe.db.rollback()
    frappe.set_user(reporter)
    name = ncr_service.open_ncr("Scratch", [lot], severity="Minor")
    ncr = frappe.get_doc("NCR", name)
    frappe.set_user("Administrator")
    ncr.description = "Longer than thought"
    ncr.save()
    frappe.db.commit()
    assert logs_of(reporter, name) == []
    ncr.reload()
    ncr.severity, ncr.change_reason = "Critical", "It grows"
    ncr.save()
    frappe.db.commit()
    assert len(logs_of(reporter, name)) == 1


def test_what_the_ledger_writes_is_told_as_its_event(administrator: Any, forgotten: None) -> None:
    from med_trace.ledger.service import hold

    warehouse, lot = a_user("Trace Warehouse"), a_received_lot()
    frappe.db.commit()
    notice = a_notice(
        document_type="Trace Event",
        condition="doc.event_type == 'Held'",
        subject="Held: {{ doc.reason }}",
        message="{% for row in doc.items %}{{ row.lot }} {% endfor %}",
        recipients=[{"receiver_by_role": "Trace Warehouse"}],
    )
    made = saved(administrator, notice)
    assert made.status == 200, made.text
    frappe.db.rollback()
    forget()  # this process remembers that there was no notice when the lot was received
    events = hold([lot], reason="Leak")
    frappe.db.commit()
    found = [log for event in events for log in logs_of(warehouse, event)]
    assert [log.subject for log in found] == ["Held: Leak"] and lot in found[0].email_content


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"message": "{{ session }}"}, "session is not known here"),
        ({"document_type": "User"}, "no notices about"),
        ({"document_type": "Material Lot"}, "no notices about"),
        ({"document_type": "Trace Event", "event": "Save"}, "go out on: New"),
        ({"event": "Submit"}, "go out on"),
        ({"event": "Method", "method": "on_update"}, "go out on"),
        ({"channel": "Slack"}, "expected one of"),
        ({"condition": "doc.sevrity == 'Critical'"}, "Did you mean severity"),
        ({"condition": "doc.severity =="}, "condition, line 1"),
        ({"condition": "severity == 1"}, "severity is not known"),
        ({"condition": "frappe.db.commit()"}, "not called here"),
        ({"condition": "doc.delete()"}, "not called here"),
        ({"condition": "doc.title > 5"}, "on an empty record it fails"),
        ({"subject": ""}, "a subject"),
        ({"subject": "{{ doc.titel }}"}, "Did you mean title"),
        ({"message": "one\n{{ doc.name }"}, "message, line 2"),
        ({"message": "one\ntwo\n{% for row in doc.lots %}{{ row.lott }}{% endfor %}"}, "line 3"),
        ({"message": "{{ frappe.db.sql('select 1') }}"}, "called here"),
        ({"message": "{{ doc.save() }}"}, "called here"),
        ({"message": "{{ doc.name.__class__ }}"}, "not read here"),
        ({"message": "{% include 'frappe/templates/print.html' %}"}, "include is not used"),
        ({"message": "<script>alert(1)</script>"}, "<script> is not used"),
        ({"message": "<p onclick='x()'>x</p>"}, "<p onclick> is not used"),
        ({"message": "<p title='{{ doc.title }}'>x</p>"}, "write it around"),
        ({"message": "{{ '<script>' }}"}, "holds no markup"),
        ({"message": "{{ '%c' | format(60) }}"}, "filter format"),
        ({"message": "templates/print.html"}, "name of a file"),
        ({"recipients": []}, "who gets the notice"),
        ({"recipients": [{"receiver_by_role": "Trace Machine"}]}, "may not read NCR"),
        ({"recipients": [{"receiver_by_document_field": "title"}]}, "names no person"),
        ({"recipients": [{"receiver_by_role": "Trace Quality", "cc": "x@example.com"}]}, "Use the desk"),
        ({"event": "Value Change", "value_changed": "nothing"}, "has no field nothing"),
    ],
)
def test_a_notice_that_would_fail_or_reach_further_is_refused(
    administrator: Any, values: dict[str, Any], words: str
) -> None:
    refused = saved(administrator, a_notice(**values))
    assert refused.status == 417 and words in refused.words, refused.text
    seen = administrator.call(f"{CONFIGURE}.preview", doc=a_notice(**values))
    assert words in seen.message["problem"], seen.text


def test_a_layout_prints_its_record_and_is_previewed(administrator: Any, forgotten: None) -> None:
    lot = a_received_lot()
    name = ncr_service.open_ncr("Crack", [lot], severity="Critical")
    frappe.db.commit()
    starter = administrator.call(
        f"{CONFIGURE}.texts_of", doctype="Print Format", document_type="NCR"
    ).message["starter"]
    seen = administrator.call(f"{CONFIGURE}.preview", doc=a_layout(html=starter))
    assert seen.status == 200, seen.text
    assert seen.message["record"] == name and lot in seen.message["html"]
    made = saved(administrator, a_layout(default_print_language="zh"))
    assert made.status == 200, made.text
    frappe.db.rollback()
    html = frappe.get_print("NCR", name, made.message["name"])
    assert f"<h1>Title {name}</h1>" in html and "Crack" in html
    listed = administrator.call("med_trace.api.records.layouts", doctype="NCR").message
    assert {"name": made.message["name"], "language": "zh"} in listed
    with print_language("zh"):
        assert f"<h1>标题 {name}</h1>" in frappe.get_print("NCR", name, made.message["name"])
    page = administrator.get("/printview", doctype="NCR", name=name, format=made.message["name"])
    assert page.status == 200 and f"<h1>Title {name}</h1>" in page.text, page.text


@pytest.mark.embedded_only  # a bench prints by wkhtmltopdf
@pytest.mark.requirement("CFG-3")
def test_a_print_speaks_the_language_that_is_asked_for(administrator: Any, forgotten: None) -> None:
    name = ncr_service.open_ncr("Crack", [a_received_lot()], severity="Critical")
    frappe.db.commit()
    pypdf = pytest.importorskip("pypdf")
    made = saved(administrator, a_layout()).message["name"]
    for language, title in (("en", "Title"), ("zh", "标题")):
        asked = {"doctype": "NCR", "name": name, "format": made, "language": language}
        reply = administrator.get("/api/method/frappe.utils.print_format.download_pdf", **asked)
        pages = pypdf.PdfReader(io.BytesIO(reply.body)).pages
        assert title in pages[0].extract_text(), language


@pytest.mark.parametrize("doctype", ["NCR", "Process Record", "Recall", "Lot Release", "Purchase Receipt"])
def test_the_layout_to_begin_with_is_one_that_may_be_saved(administrator: Any, doctype: str) -> None:
    starter = administrator.call(
        f"{CONFIGURE}.texts_of", doctype="Print Format", document_type=doctype
    ).message["starter"]
    seen = administrator.call(f"{CONFIGURE}.preview", doc=a_layout(doc_type=doctype, html=starter))
    assert seen.status == 200 and seen.message["problem"] is None, seen.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"doc_type": "User"}, "no print layouts"),
        ({"html": ""}, "is empty"),
        ({"html": "<p>\n{{ doc.titel }}</p>"}, "html, line 2"),
        ({"html": "<style>p { color: red }</style>"}, "<style> is not used"),
        ({"html": "<img src='http://example.com/x.png'>"}, "<img> is not used"),
        ({"html": "<p style='background: url(//x)'>x</p>"}, "<p style> is not used"),
        ({"html": "<p>{{ doc.flags }}</p>"}, "no field flags"),
        ({"css": "p {}"}, "Use the desk"),
    ],
)
def test_a_layout_that_would_fail_or_carry_more_is_refused(
    administrator: Any, values: dict[str, Any], words: str
) -> None:
    refused = saved(administrator, a_layout(**values))
    assert refused.status == 417 and words in refused.words, refused.text


def test_a_notice_is_read_by_its_person_alone(client: Any, administrator: Any, forgotten: None) -> None:
    quality, lot = a_user("Trace Quality"), a_received_lot()
    frappe.db.commit()
    assert saved(administrator, a_notice()).status == 200
    frappe.db.rollback()
    name = ncr_service.open_ncr("Crack", [lot], severity="Critical")
    frappe.db.commit()
    (log,) = logs_of(quality, name)
    mark = "frappe.desk.doctype.notification_log.notification_log.mark_as_read"
    client.login(quality, PASSWORD)
    assert client.call(mark, docname=log.name).status == 200
    assert logs_of(quality, name)[0].read == 1


def test_texts_are_configured_by_administrators_alone(client: Any) -> None:
    user = a_user("Trace Quality")
    frappe.db.commit()
    client.login(user, PASSWORD)
    assert client.call(f"{CONFIGURE}.preview", doc=a_notice()).status == 403
    assert client.call(f"{CONFIGURE}.texts_of", doctype="Notification").status == 403
