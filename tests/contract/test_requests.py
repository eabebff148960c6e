"""What a request may do: one transaction, a session that ends, files for whom they concern, pages without strangers."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

import frappe
from builders import PASSWORD, a_user
from web import Client

FORGED = "0" * 32


@pytest.fixture
def person() -> str:
    """A committed user of the desk."""
    made = a_user("System Manager")
    frappe.db.commit()
    return made


def a_text(client: Client, text: str) -> str:
    reply = client.post("/api/resource/ToDo", description=text)
    assert reply.status == 200, reply.text
    return str(reply.json["data"]["name"])


def committed(doctype: str, **filters: Any) -> int:
    frappe.db.rollback()
    return int(frappe.db.count(doctype, filters))


# -- one transaction ------------------------------------------------------------


def test_a_failed_request_leaves_nothing_behind(client: Client, person: str) -> None:
    client.login(person, PASSWORD)
    docs = [{"doctype": "ToDo", "description": "kept?"}, {"doctype": "ToDo"}]
    assert client.call("frappe.client.insert_many", docs=docs).status == 417
    assert committed("ToDo", description="kept?") == 0


def test_a_write_by_get_is_refused(client: Client, person: str) -> None:
    client.login(person, PASSWORD)
    name = a_text(client, "by get")
    assert client.get("/api/method/frappe.client.delete", doctype="ToDo", name=name).status == 403
    assert committed("ToDo", name=name) == 1


@pytest.mark.embedded_only
def test_a_broken_body_is_the_callers_mistake(served: str, client: Client) -> None:
    headers = {"Content-Type": "application/json", "X-Frappe-Site-Name": client.site}
    request = Request(served + "/api/method/ping", data=b"{broken", headers=headers)
    with pytest.raises(HTTPError) as refused:
        urlopen(request)
    assert refused.value.code == 417
    assert json.loads(refused.value.read())["exc_type"] == "ValidationError"


def test_fifty_clients_at_once(served: str, client: Client, person: str) -> None:
    def work(number: int) -> list[int]:
        one = Client(served, client.site).login(person, PASSWORD)
        made = one.post("/api/resource/ToDo", description=f"client {number}")
        read = one.get(f"/api/resource/ToDo/{made.json['data']['name']}")
        return [made.status, read.status]

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(work, range(50)))
    assert answers == [[200, 200]] * 50
    assert committed("ToDo", description=("like", "client %")) == 50


# -- sessions -------------------------------------------------------------------


def test_a_wrong_password_opens_nothing_and_is_recorded(client: Client, person: str) -> None:
    reply = client.call("login", usr=person, pwd="wrong")
    assert reply.status == 401
    assert client.cookies.get("sid") in (None, "", "Guest")
    assert committed("Activity Log", user=person, status="Failed") == 1


@pytest.mark.embedded_only
def test_a_password_in_an_address_is_refused(client: Client, person: str) -> None:
    assert client.get("/api/method/login", usr=person, pwd=PASSWORD).status == 403


@pytest.mark.embedded_only
def test_guessing_is_stopped_after_ten_failures(client: Client, person: str) -> None:
    wrong = [client.call("login", usr=person, pwd=f"guess {number}").status for number in range(12)]
    assert wrong[:10] == [401] * 10
    assert wrong[-1] == 429
    assert client.call("login", usr=person, pwd=PASSWORD).status == 429


@pytest.mark.embedded_only
def test_a_write_needs_the_token_that_the_page_was_given(client: Client, person: str) -> None:
    client.login(person, PASSWORD)
    token = re.search(r'"X-Frappe-CSRF-Token": "(\w+)"', client.get("/apps").text)
    assert token
    assert client.post("/api/resource/ToDo", description="forged").status == 400
    client.headers["X-Frappe-CSRF-Token"] = token.group(1)
    assert client.post("/api/resource/ToDo", description="meant").status == 200


def test_the_own_password_is_changed_with_the_old_one(client: Client, person: str) -> None:
    change = "frappe.core.doctype.user.user.update_password"
    client.login(person, PASSWORD)
    assert client.call(change, new_password="Green-anchor-43!", old_password="wrong").status == 401
    client.login(person, PASSWORD)
    assert client.call(change, new_password="Green-anchor-43!", old_password=PASSWORD).status == 200
    assert client.call("login", usr=person, pwd=PASSWORD).status == 401
    assert client.call("login", usr=person, pwd="Green-anchor-43!").status == 200


def test_a_session_ends_with_the_log_out(client: Client, person: str) -> None:
    client.login(person, PASSWORD)
    kept = dict(client.cookies)
    assert client.call("logout").status == 200
    client.cookies = kept
    assert client.get("/api/method/frappe.auth.get_logged_user").status == 403


@pytest.mark.embedded_only
def test_an_idle_session_ends(client: Client, person: str) -> None:
    client.login(person, PASSWORD)
    frappe.db.rollback()
    frappe.db.sql("update `tabSessions` set `lastupdate`='2020-01-01 00:00:00' where `user`=%s", (person,))
    frappe.db.commit()
    assert client.get("/api/method/frappe.auth.get_logged_user").status == 403
    assert committed("Sessions", user=person) == 0


@pytest.mark.embedded_only
def test_a_disabled_user_loses_his_session(client: Client, person: str) -> None:
    client.login(person, PASSWORD)
    frappe.db.rollback()
    frappe.db.set_value("User", person, "enabled", 0)
    frappe.db.commit()
    assert client.get("/api/method/frappe.auth.get_logged_user").status == 403


def test_an_invented_session_is_a_guest(client: Client) -> None:
    client.cookies["sid"] = FORGED
    assert client.get("/api/method/frappe.auth.get_logged_user").status == 403


# -- files ----------------------------------------------------------------------


def test_a_private_file_is_for_who_may_read_its_document(client: Client, served: str, person: str) -> None:
    stranger = a_user()
    todo = frappe.get_doc({"doctype": "ToDo", "description": "with paper"}).insert()
    here = {"attached_to_doctype": "ToDo", "attached_to_name": todo.name}
    made = frappe.get_doc(
        {"doctype": "File", "file_name": "paper.txt", "content": "secret", "is_private": 1, **here}
    ).insert()
    frappe.db.commit()
    assert client.get(made.file_url).status == 403
    assert Client(served, client.site).login(stranger, PASSWORD).get(made.file_url).status == 403
    assert client.login(person, PASSWORD).get(made.file_url).text == "secret"


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    "path",
    [
        "/private/files/../../site_config.json",
        "/private/files/%2e%2e/%2e%2e/site_config.json",
        "/files/../../site_config.json",
        "/assets/frappe/../app.py",
        "/assets/frappe/%2e%2e/app.py",
    ],
)
def test_no_address_leads_out_of_its_folder(client: Client, person: str, path: str) -> None:
    reply = client.login(person, PASSWORD).get(path)
    assert reply.status in (403, 404)
    assert "db_type" not in reply.text
    assert "def application" not in reply.text


@pytest.mark.embedded_only
def test_a_page_that_somebody_uploaded_is_not_shown_as_a_page(client: Client) -> None:
    made = frappe.get_doc(
        {"doctype": "File", "file_name": "evil.html", "content": "<script>alert(1)</script>", "is_private": 0}
    ).insert()
    frappe.db.commit()
    reply = client.get(made.file_url)
    assert reply.status == 200
    assert reply.headers["Content-Disposition"].startswith("attachment")


# -- pages ----------------------------------------------------------------------


@pytest.mark.embedded_only
def test_pages_ask_nothing_of_other_hosts(client: Client) -> None:
    for path in ("/login", "/no-such-page"):
        addresses = re.findall(r'(?:src|href)="([^"]*)"', client.get(path).text)
        assert addresses
        assert all(address.startswith("/") and not address.startswith("//") for address in addresses)


@pytest.mark.embedded_only
def test_every_answer_carries_the_headers_that_protect_it(client: Client) -> None:
    for path in ("/login", "/api/method/ping", "/no-such-page"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


def test_the_login_page_runs_nothing_from_its_address(client: Client) -> None:
    text = client.send("GET", '/login?redirect-to=/</script><script>alert(1)</script>&_lang="><b>x').text
    assert "<script>alert" not in text
    assert "<b>x" not in text


@pytest.mark.embedded_only
def test_the_login_page_goes_on_to_this_site_only(client: Client, person: str) -> None:
    client.login(person, PASSWORD)
    for target in ("//evil.example", "https://evil.example", "/\\evil.example"):
        reply = client.get("/login", **{"redirect-to": target})
        assert "evil" not in reply.headers.get("Location", "")


def test_an_error_shown_to_people_repeats_no_markup_of_theirs(client: Client) -> None:
    client.headers["Accept"] = "text/html"
    reply = client.get("/api/method/<script>alert(1)</script>")
    assert "<script>alert" not in reply.text


def test_errors_for_programs_are_json(client: Client) -> None:
    reply = client.get("/api/resource/ToDo/none")
    assert reply.status in (403, 404)
    assert json.loads(reply.text)["exc_type"]
