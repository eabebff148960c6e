"""Whose session a request is in, and who may guess: forged writes, planted sessions, guessed passwords."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_routing, a_user, an_item
from web import Client, Reply

LOGGED_USER = "/api/method/frappe.auth.get_logged_user"
MADE_UP = "a" * 56


@pytest.fixture
def person(site: str) -> str:
    made = a_user("Quality", "Supervisor")
    frappe.db.commit()
    return made


@pytest.fixture
def page(client: Client, person: str) -> Client:
    """A browser in which the pages are open: they have asked for their token."""
    client.login(person, PASSWORD)
    client.token = client.get("/api/method/med_trace.api.screen.boot").message["csrf_token"]  # type: ignore[attr-defined]
    return client


def committed(doctype: str, **filters: Any) -> int:
    frappe.db.rollback()
    return int(frappe.db.count(doctype, filters))


# -- forged writes (CSRF)


def writes(client: Client) -> list[Reply]:
    """One of each kind of write that a page can make."""
    return [
        client.post("/api/resource/ToDo", description="forged"),
        client.put("/api/resource/ToDo/none", description="forged"),
        client.delete("/api/resource/ToDo/none"),
        client.call("med_trace.api.screen.set_language", lang="zh"),
        client.send("POST", "/?cmd=med_trace.api.screen.set_language&lang=zh"),
        client.send("POST", "/api/method/upload_file", {"file_name": "x.txt", "content": "x"}),
        client.call("logout"),
    ]


@pytest.mark.parametrize("token", [None, "", "wrong", "None", "null"])
def test_a_write_without_the_right_token_is_refused(page: Client, person: str, token: str | None) -> None:
    if token is not None:
        page.headers["X-Frappe-CSRF-Token"] = token
    assert [reply.status for reply in writes(page)] == [400] * 7
    assert committed("ToDo", description="forged") == 0
    assert frappe.db.get_value("User", person, "language") != "zh"
    assert page.get(LOGGED_USER).message == person


def test_a_write_with_the_token_of_another_session_is_refused(page: Client, served: str, person: str) -> None:
    other = Client(served, page.site).login(person, PASSWORD)
    foreign = other.get("/api/method/med_trace.api.screen.boot").message["csrf_token"]
    page.headers["X-Frappe-CSRF-Token"] = foreign
    assert {reply.status for reply in writes(page)} == {400}


def test_a_write_with_the_token_is_done(page: Client) -> None:
    page.headers["X-Frappe-CSRF-Token"] = page.token  # type: ignore[attr-defined]
    assert page.call("med_trace.api.screen.set_language", lang="en").status == 200


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    "origin",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_write_from_another_site_is_refused_even_before_a_page_was_opened(
    client: Client, person: str, origin: dict[str, str]
) -> None:
    client.login(person, PASSWORD)
    client.headers.update(origin)
    assert client.post("/api/resource/ToDo", description="forged").status == 400
    assert committed("ToDo", description="forged") == 0


def test_nothing_is_written_by_an_address(page: Client, person: str) -> None:
    for path in (
        "/api/method/med_trace.api.screen.set_language?lang=zh",
        "/?cmd=med_trace.api.screen.set_language&lang=zh",
        "/api/method/frappe.client.insert?doc=%7B%22doctype%22:%22ToDo%22,%22description%22:%22forged%22%7D",
    ):
        assert page.send("GET", path).status in (403, 404, 417)
    assert committed("ToDo", description="forged") == 0
    assert frappe.db.get_value("User", person, "language") != "zh"


# -- planted sessions


def test_a_login_opens_a_new_session(client: Client, person: str) -> None:
    client.cookies["sid"] = MADE_UP
    client.login(person, PASSWORD)
    first = client.cookies["sid"]
    assert first not in (MADE_UP, "Guest")
    client.login(person, PASSWORD)
    assert client.cookies["sid"] != first
    assert committed("Sessions", sid=MADE_UP) == 0


@pytest.mark.embedded_only
def test_nobody_is_logged_in_by_a_page_of_another_site(client: Client, person: str) -> None:
    client.headers["Origin"] = "https://evil.example"
    assert client.call("login", usr=person, pwd=PASSWORD).status == 400
    assert client.cookies.get("sid") in (None, "", "Guest")


@pytest.mark.embedded_only
@pytest.mark.parametrize("how", ["address", "body", "login"])
def test_a_session_that_somebody_else_names_is_not_taken(
    client: Client, served: str, person: str, how: str
) -> None:
    attacker = Client(served, client.site).login(a_committed_user(), PASSWORD)
    planted = attacker.cookies["sid"]
    if how == "address":
        client.send("GET", f"/login?sid={planted}")
        client.send("GET", f"{LOGGED_USER}?sid={planted}")
    elif how == "body":
        client.post(LOGGED_USER, sid=planted)
    else:
        client.post("/api/method/login", usr=person, pwd=PASSWORD, sid=planted)
        assert client.get(LOGGED_USER).message == person
    assert client.cookies.get("sid") != planted
    assert attacker.get(LOGGED_USER).message != person


def a_committed_user() -> str:
    made = a_user("Quality", name="attacker")
    frappe.db.commit()
    return made


def test_a_log_out_ends_the_session_for_whoever_has_its_number(
    client: Client, served: str, person: str
) -> None:
    client.login(person, PASSWORD)
    thief = Client(served, client.site)
    thief.cookies = dict(client.cookies)
    assert thief.get(LOGGED_USER).message == person
    client.call("logout")
    assert thief.get(LOGGED_USER).status == 403
    thief.headers["X-Frappe-CSRF-Token"] = "x"
    assert thief.post("/api/resource/ToDo", description="stolen").status in (400, 403)


def test_a_script_cannot_read_the_session(client: Client, served: str, person: str) -> None:
    import http.client

    connection = http.client.HTTPConnection(client.address.hostname or "", client.address.port)
    body = f"usr={person}&pwd={PASSWORD}"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Frappe-Site-Name": client.site,
    }
    connection.request("POST", "/api/method/login", body=body, headers=headers)
    cookies = connection.getresponse().headers.get_all("Set-Cookie") or []
    connection.close()
    session = [cookie for cookie in cookies if cookie.startswith("sid=")]
    assert session and all("HttpOnly" in one and "SameSite=Lax" in one for one in session)


# -- guessed passwords


@pytest.mark.embedded_only
def test_guesses_in_parallel_are_counted_one_by_one(client: Client, served: str, person: str) -> None:
    def guess(number: int) -> int:
        return Client(served, client.site).call("login", usr=person, pwd=f"guess {number}").status

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(64)))
    assert set(answers) == {401, 429}
    assert answers.count(401) <= 26  # eleven, and those that were let in before the eleventh was counted
    assert client.call("login", usr=person, pwd=PASSWORD).status == 429


@pytest.mark.embedded_only
def test_a_lock_out_is_for_the_user_however_he_writes_his_name(client: Client, person: str) -> None:
    for number in range(12):
        client.call("login", usr=(person, person.upper(), person.title())[number % 3], pwd="guess")
    assert client.call("login", usr=person, pwd=PASSWORD).status == 429


@pytest.mark.requirement("SIG-5")
def test_guessing_at_a_signature_is_stopped_too(client: Client, person: str) -> None:
    item = an_item("Finished")
    routing = a_routing(item, is_approved=False)
    frappe.db.commit()
    client.login(person, PASSWORD)

    def signed(password: str) -> int:
        return client.call(
            "med_trace.api.sign.sign",
            doctype="Process Routing",
            name=routing.name,
            meaning="Approved",
            password=password,
            user=person,
        ).status

    answers = [signed(f"guess {number}") for number in range(14)]
    assert answers[0] == 401 and answers[-1] in (401, 429) and 429 in answers
    assert signed(PASSWORD) == 429
    assert committed("Electronic Signature", document_name=routing.name) == 0


def test_a_wrong_name_and_a_wrong_password_look_the_same(client: Client, person: str) -> None:
    known = client.call("login", usr=person, pwd="wrong")
    unknown = client.call("login", usr="nobody@example.com", pwd="wrong")
    assert (known.status, known.json.get("message")) == (unknown.status, unknown.json.get("message"))
