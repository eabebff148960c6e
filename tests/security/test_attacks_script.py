"""Script kept in a text: shown as text on every page, print, label and notice; a PDF fetches nothing."""

from __future__ import annotations

import http.server
import os
import re
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_customer, a_delivery, a_recall, a_released_lot, a_user, an_item
from web import Client

BENCH = os.environ.get("MED_TRACE_BENCH")
MARK = "QXMARKQ"
SCRIPT = f"<script>alert('{MARK}')</script>"
PAYLOADS = (
    SCRIPT,
    f"<img src=x onerror=alert('{MARK}')>",
    f"\"><svg onload=alert('{MARK}')>",
    f"<a href=\"javascript:alert('{MARK}')\">{MARK}</a>",
    f"{{{{ {MARK} }}}}<iframe srcdoc=\"<script>alert('{MARK}')</script>\"></iframe>",
)
TEXTS = ("Data", "Small Text", "Text", "Long Text", "Text Editor", "Markdown Editor", "HTML Editor", "Code")


class Runs(HTMLParser):
    """Reads a page as a browser does; notes what of it would run and carries our mark."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.is_data = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_data = tag == "script" and dict(attrs).get("type") == "application/json"
        for name, value in attrs:
            text = (value or "").strip()
            is_active = (
                name.startswith("on")
                or name == "srcdoc"
                or text.lower().startswith(("javascript:", "data:text"))
            )
            if is_active and MARK.lower() in text.lower():
                self.found.append(f"<{tag} {name}={text}>")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and not self.is_data and MARK.lower() in data.lower():
            self.found.append(f"<script>{data[:200]}")


def assert_harmless(page: str, where: str) -> None:
    assert not Runs(page).found, where


def test_the_reader_finds_what_would_run() -> None:
    for payload in PAYLOADS:
        assert Runs(f"<p>{payload}</p>").found, payload


@pytest.fixture
def person(client: Client) -> Client:
    user = a_user("Quality", "Supervisor", "Operator", "Warehouse", "Regulatory", "Inspector")
    frappe.db.commit()
    return client.login(user, PASSWORD)


# -- every text field of every DocType of ours


def doctypes() -> list[str]:
    modules = frappe.get_module_list("med_trace")
    filters = {"module": ["in", modules], "istable": 0, "issingle": 0}
    return sorted(frappe.get_all("DocType", filters, pluck="name"))


def text_fields(meta: Any) -> list[str]:
    return [
        field.fieldname
        for field in meta.fields
        if field.fieldtype in TEXTS and not field.read_only and not field.is_virtual
    ]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_script_in_any_text_field_is_not_kept_as_one(site: str, payload: str) -> None:
    """What is stored, and how the standard print shows it, without the checks of each DocType's own."""
    for doctype in doctypes():
        doc = frappe.new_doc(doctype)
        fields = text_fields(doc.meta)
        for field in fields:
            doc.set(field, payload)
        for table in doc.meta.get_table_fields():
            row = doc.append(table.fieldname, {})
            for field in text_fields(row.meta):
                row.set(field, payload)
        for each in (doc, *doc.get_all_children()):
            each._sanitize_content()
            for field in text_fields(each.meta):
                if each.meta.get_field(field).fieldtype != "Code":
                    assert_harmless(str(each.get(field)), f"{each.doctype}.{field}")


@pytest.mark.embedded_only
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_the_standard_print_shows_text_as_text(site: str, payload: str) -> None:
    from frappe.www.printview import get_rendered_template

    for doctype in doctypes():
        doc = frappe.new_doc(doctype)
        for each in (doc, *(doc.append(table.fieldname, {}) for table in doc.meta.get_table_fields())):
            for field in each.meta.fields:
                if field.fieldtype in (*TEXTS, "Link", "Dynamic Link", "Select", "Attach"):
                    each.set(field.fieldname, payload)  # as an old import or an SQL script may have left it
        doc.name = "X"
        frappe.flags.ignore_print_permissions = True
        try:
            assert_harmless(get_rendered_template(doc), doctype)
        finally:
            frappe.flags.ignore_print_permissions = False


# -- through REST, and what is made of it


def test_a_lot_with_scripts_in_its_texts_is_shown_harmless_everywhere(person: Client) -> None:
    item = an_item("Finished", mt_gtin="09506000134352", item_name=SCRIPT, description=SCRIPT)
    lot = a_released_lot(item)
    frappe.db.commit()
    for field in ("heat_no", "supplier_lot", "remarks"):
        if frappe.get_meta("Material Lot").has_field(field):
            person.put(f"/api/resource/Material Lot/{lot}", **{field: SCRIPT})
    plant_raw("Item", item, "item_name")
    plant_raw("Material Lot", lot, "item_name")
    label = person.get("/api/method/med_trace.api.label.svg", doctype="Material Lot", name=lot)
    assert label.status == 200, label.text
    assert_harmless(label.message, "label")
    # Frappe's own print trusts the database: what was written past it is shown as it stands.
    prints = (
        ()
        if BENCH
        else (f"/printview?doctype=Material Lot&name={lot}", f"/printview?doctype=Item&name={item}")
    )
    for path in (
        *prints,
        f"/01/09506000134352/10/{lot}",
        f"/med-trace/lots/{lot}",
    ):
        reply = person.send("GET", path)
        assert_harmless(reply.text, path)
        assert reply.status == 200 and (MARK in reply.text or path.startswith("/med-trace")), path


def plant_raw(doctype: str, name: str, field: str) -> None:
    """A script that no form has cleaned, as an old import or another app may have left it."""
    frappe.db.sql(f"update `tab{doctype}` set `{field}` = %s where name = %s", (SCRIPT, name))
    frappe.clear_document_cache(doctype, name)
    frappe.db.commit()


@pytest.mark.requirement("EVI-1")
def test_the_history_file_shows_text_as_text(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from med_trace.evidence import history, history_print, printing

    lot = a_released_lot(an_item("Finished"))
    a_delivery(lot, 1, a_customer())
    told = history.history_of(lot)
    pages: list[str] = []
    monkeypatch.setattr(printing, "pdf_of", lambda page, **options: pages.append(page) or b"%PDF")
    history_print.history_pdf(with_script(told), "en", "2026-11-22T10:00:00Z", SCRIPT)
    assert MARK in pages[0]
    assert_harmless(pages[0], "history")


def with_script(value: Any, key: str = "") -> Any:
    """The same with a script behind every text that people write; names, dates and numbers stay."""
    if isinstance(value, dict):
        return {name: with_script(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [with_script(one, key) for one in value]
    written = ("name", "title", "reason", "description", "remarks", "printed_name", "address", "old", "new")
    return value + SCRIPT if isinstance(value, str) and key.endswith(written) else value


@pytest.fixture
def recall(person: Client) -> tuple[str, str]:
    """A recall and its consignee, with a script wherever somebody can type."""
    item = an_item("Finished", item_name=SCRIPT)
    lot, hospital = a_released_lot(item), a_customer()
    a_delivery(lot, 1, hospital)
    doc = a_recall(
        {"criterion": "Lot", "value": lot},
        title=f"{SCRIPT}",
        reason=f"{SCRIPT} <img src='file:///etc/hostname'>",
        health_hazard=SCRIPT,
        instructions=SCRIPT,
    )
    for row in doc.consignees:  # as a customer's master record may bring it
        row.db_set("address", f"{SCRIPT}\n{PAYLOADS[1]}", update_modified=False)
        row.db_set("consignee_name", SCRIPT, update_modified=False)
    frappe.db.set_value("Recall", doc.name, {"title": SCRIPT, "reason": SCRIPT + PAYLOADS[1]})
    frappe.db.commit()
    return doc.name, hospital


@pytest.mark.requirement("RCL-3")
def test_a_notice_shows_text_as_text(person: Client, recall: tuple[str, str]) -> None:
    name, hospital = recall
    notice = "/api/method/med_trace.api.recall_steps.notice"
    html = person.get(notice, recall=name, consignee=hospital)
    assert html.status == 200, html.text
    assert MARK in html.text
    shown = html.message if isinstance(html.message, str) else html.text
    assert_harmless(shown, "notice")
    assert person.get(notice, recall=name, consignee=hospital, format="pdf").body.startswith(b"%PDF")


def test_an_error_shows_what_was_sent_as_text(person: Client) -> None:
    for method, values in (
        ("med_trace.api.scan.resolve", {"code": SCRIPT}),
        ("med_trace.api.trace.forward", {"lot": SCRIPT}),
        ("med_trace.api.sign.sign", {"doctype": SCRIPT, "name": SCRIPT, "meaning": SCRIPT}),
        ("frappe.client.get", {"doctype": "Material Lot", "name": SCRIPT}),
    ):
        reply = person.call(method, **values)
        assert reply.headers["Content-Type"].startswith("application/json"), method
        page = person.send("GET", f"/api/method/{method}?code={SCRIPT}&lot={SCRIPT}")
        assert "text/html" not in page.headers["Content-Type"] or not Runs(page.text).found
    for path in (f"/{SCRIPT}", f"/med-trace/{SCRIPT}", f"/printview?doctype={SCRIPT}&name={SCRIPT}"):
        reply = person.send("GET", path)
        assert reply.status < 500 or (BENCH and "printview" in path)  # Frappe's own page
        if reply.headers["Content-Type"].startswith("text/html"):
            assert_harmless(reply.text, path)


# -- PDFs


class Listener(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A host that a PDF could be made to talk to."""
    Listener.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_pdf_asks_nothing_of_other_hosts_or_of_the_disk(site: str, elsewhere: str) -> None:
    from med_trace.ledger.pdf import pdf_of

    secret = "/etc/hostname"
    html = (
        f"<img src='{elsewhere}/img'><link rel=stylesheet href='{elsewhere}/css'>"
        f"<style>@import url({elsewhere}/import); @font-face {{ font-family: x; src: url({elsewhere}/font) }}"
        f" p {{ font-family: x; background: url(file://{secret}) }}</style>"
        f"<p>text</p><img src='file://{secret}'><a rel=attachment href='file://{secret}'>x</a>"
        f"<object data='{elsewhere}/object'></object>"
    )
    made = pdf_of(html)
    assert made.startswith(b"%PDF")
    assert Listener.asked == []
    assert b"EmbeddedFile" not in made


def test_every_pdf_of_ours_is_made_by_the_one_that_fetches_nothing() -> None:
    """weasyprint is called at one place."""
    from pathlib import Path

    import med_trace

    app = Path(med_trace.__file__).parent
    calls = [
        path.relative_to(app).as_posix()
        for path in app.rglob("*.py")
        if re.search(r"weasyprint\.(HTML|CSS)|from weasyprint|import HTML", path.read_text(encoding="utf-8"))
    ]
    assert calls == ["ledger/pdf.py"]


def test_the_data_of_a_page_cannot_close_its_script(person: Client) -> None:
    frappe.db.sql(
        "update `tabUser` set full_name = %s, first_name = %s where name = %s",
        (f"</script>{SCRIPT}", SCRIPT, person.get("/api/method/frappe.auth.get_logged_user").message),
    )
    frappe.db.commit()
    person.headers["Accept"] = "text/html"
    for path in ("/med-trace", "/apps", f"/login?redirect-to=/x</script>{SCRIPT}"):
        assert_harmless(person.send("GET", path).text, path)
