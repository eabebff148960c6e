"""The same functions as a scanner, a printer and a browser call them: status, words, files."""

import pytest

import frappe
from builders import PASSWORD, a_customer, a_delivery, a_recall, a_released_lot, a_user, an_item

pytestmark = pytest.mark.requirement("ID-5", "ID-4")


@pytest.fixture
def people(client):
    """A client who is logged in with a role; the records of the test are there for the server to see."""

    def log_in(*roles):
        user = a_user(*roles)
        frappe.db.commit()
        return client.login(user, PASSWORD)

    return log_in


def test_a_scanner_gets_the_record_or_the_reason(people):
    lot = a_released_lot(an_item("Finished", mt_gtin="09506000134352"))
    client = people("Warehouse")
    found = client.get("/api/method/med_trace.api.scan.resolve", code=f"]C1010950600013435210{lot}")
    assert (found.status, found.message["name"]) == (200, lot)
    for values, status in (
        ({"code": "NO-SUCH-CODE"}, 404),
        ({"code": "0109506000134353"}, 417),
        ({"code": ""}, 417),
        ({}, 417),
        ({"code": "010950600013435210\x00\ud83d"}, 417),
    ):
        reply = client.call("med_trace.api.scan.resolve", **values)
        assert reply.status in (status, 404, 417), (values, reply.text)
        assert "Traceback" not in reply.words


def test_a_guest_is_refused(client):
    for method in ("scan.resolve", "label.data", "recall_steps.status", "distribution.contents"):
        assert client.call(f"med_trace.api.{method}").status == 403


LABEL = ("data", "svg", "pdf", "container_svg")
STEPS = (
    *("build_scope", "place_holds", "withdraw", "lift", "notice", "record_notice", "record_reply"),
    *("record_recovered", "record_check", "status", "verify_snapshot"),
)


def test_a_label_of_nothing_is_a_named_error(people):
    client = people("Warehouse")
    for method in LABEL:
        reply = client.call(f"med_trace.api.label.{method}")
        assert 400 <= reply.status < 500 and reply.words, (method, reply.text)


def test_a_step_of_no_recall_is_a_named_error(people):
    client = people("Regulatory")
    for method in STEPS:
        for values in ({}, {"recall": "NO-SUCH-RECALL"}, {"recall": ["x"]}):
            reply = client.call(f"med_trace.api.recall_steps.{method}", **values)
            assert 400 <= reply.status < 500, (method, values, reply.text)


def test_labels_and_notices_are_downloaded_as_pdf(people):
    lot, hospital = a_released_lot(), a_customer()
    a_delivery(lot, 1, hospital)
    recall = a_recall({"criterion": "Lot", "value": lot})
    client = people("Regulatory")
    label = client.get("/api/method/med_trace.api.label.pdf", doctype="Material Lot", names=[lot])
    notice = client.get(
        "/api/method/med_trace.api.recall_steps.notice",
        recall=recall.name,
        consignee=hospital,
        format="pdf",
    )
    for reply in (label, notice):
        assert (reply.status, reply.headers["Content-Type"]) == (200, "application/pdf")
        assert reply.body.startswith(b"%PDF")


def test_a_recall_is_led_over_rest(people):
    lot, hospital = a_released_lot(), a_customer()
    a_delivery(lot, 2, hospital)
    client = people("Regulatory")
    made = client.post(
        "/api/resource/Recall",
        title="Cracked heads",
        reason="Found cracked",
        criteria=[{"criterion": "Lot", "value": lot}],
    )
    assert made.status == 200, made.text
    name = made.json["data"]["name"]
    steps = "med_trace.api.recall_steps."
    assert client.call(steps + "build_scope", recall=name).message["consignees"][0]["consignee"] == hospital
    assert client.call(steps + "place_holds", recall=name).status == 200
    signed = client.call(
        "med_trace.api.sign.sign",
        doctype="Recall",
        name=name,
        meaning="Initiated",
        password=PASSWORD,
        user=client.user,
    )
    assert signed.status == 200, signed.text
    notify = f"/api/method/{steps}record_notice"
    wrong = client.post(notify, recall=name, consignee=hospital, method="Pigeon")
    assert (wrong.status, "Pigeon" in wrong.words) == (417, True)
    assert client.post(notify, recall=name, consignee=hospital, method="E-mail").status == 200
    reply = client.call(steps + "record_reply", recall=name, consignee=hospital, lot=lot, used=2)
    assert reply.status == 200, reply.text
    status = client.call(steps + "status", recall=name).message
    assert (status["notified"], status["settled"], status["state"]) == (1, 1, "Initiated")
    assert client.call(steps + "verify_snapshot", recall=name).message["valid"]
    stolen = client.put(f"/api/resource/Recall/{name}", workflow_state="Terminated")
    assert 400 <= stolen.status < 500
    assert client.delete(f"/api/resource/Recall/{name}").status in (403, 417)
