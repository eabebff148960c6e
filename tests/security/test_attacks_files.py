"""Files: no name, address or archive leads out of its folder, and nobody reaches a paper by naming its address."""

from __future__ import annotations

import base64
import http.client
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_received_lot, a_user
from web import Client, Reply

SECRETS = ("db_type", "encryption_key", "PRIVATE KEY", "root:x:0:0", "def application")
LEADING_OUT = [
    "../../site_config.json",
    "..%2f..%2fsite_config.json",
    "%2e%2e/%2e%2e/site_config.json",
    "%252e%252e/%252e%252e/site_config.json",
    "....//....//site_config.json",
    "..\\..\\site_config.json",
    "..%5c..%5csite_config.json",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "x/../../../site_config.json",
    "../audit/writer.key",
    "../backups/",
    "..;/..;/site_config.json",
    "\x00../../site_config.json",
    "%00../../site_config.json",
]
NAMES = [
    "../../../evil.txt",
    "..\\..\\evil.txt",
    "/etc/cron.d/evil",
    "C:\\evil.txt",
    "....//evil.txt",
    "evil.txt\x00.png",
    ".htaccess",
    "..",
    ".",
    "a/" * 200 + "evil.txt",
    "é" * 300 + ".txt",
    "<img src=x onerror=alert(1)>.txt",
    "evil\r\nX-Injected: yes.txt",
]


@pytest.fixture
def person(client: Client) -> Client:
    """Somebody of the shop floor."""
    user = a_user("Operator", "Quality", "Warehouse")
    frappe.db.commit()
    return client.login(user, PASSWORD)


def raw(client: Client, path: str, method: str = "GET") -> Reply:
    """The address as it stands: no library tidies it up."""
    connection = http.client.HTTPConnection(client.address.hostname or "", client.address.port, timeout=60)
    cookies = "; ".join(f"{key}={value}" for key, value in client.cookies.items())
    connection.putrequest(method, path, skip_host=False)
    for key, value in (("X-Frappe-Site-Name", client.site), ("Cookie", cookies)):
        connection.putheader(key, value)
    connection.endheaders()
    answer = connection.getresponse()
    reply = Reply(answer.status, dict(answer.getheaders()), answer.read())
    connection.close()
    return reply


def upload(client: Client, name: str, content: bytes = b"content", **form: Any) -> Reply:
    """A multipart upload, with the file's name as an attacker writes it."""
    edge = "edge-of-a-part"
    quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in form.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    connection = http.client.HTTPConnection(client.address.hostname or "", client.address.port, timeout=60)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "X-Frappe-Site-Name": client.site,
        "Accept": "application/json",
        "Cookie": "; ".join(f"{key}={value}" for key, value in client.cookies.items()),
    }
    connection.request("POST", "/api/method/upload_file", body=body, headers=headers)
    answer = connection.getresponse()
    reply = Reply(answer.status, dict(answer.getheaders()), answer.read())
    connection.close()
    return reply


def outside(sites_path: Path) -> set[Path]:
    """Every file of the site that is no uploaded one, and what lies beside the site."""
    uploads = ("public/files", "private/files")
    site = sites_path / frappe.local.site
    return {
        path
        for path in sites_path.parent.rglob("*")
        if path.is_file()
        and not any(path.is_relative_to(site / folder) for folder in uploads)
        and path.suffix not in (".log", ".db-wal", ".db-shm")
    }


# -- addresses


@pytest.mark.embedded_only
@pytest.mark.parametrize("folder", ["/files/", "/private/files/", "/assets/med_trace/", "/assets/frappe/"])
def test_no_address_leads_out_of_its_folder(person: Client, folder: str) -> None:
    for ending in LEADING_OUT:
        reply = raw(person, (folder + ending).replace("\x00", "%00").replace("\\", "%5c"))
        assert reply.status in (301, 302, 400, 403, 404), (ending, reply.status)
        assert not [secret for secret in SECRETS if secret in reply.text], ending


@pytest.mark.embedded_only
def test_nothing_of_the_sites_own_folders_is_served(person: Client, site: str) -> None:
    for path in (
        f"/{site}/site_config.json",
        "/site_config.json",
        "/common_site_config.json",
        "/private/audit/",
        "/private/backups/",
        "/private/files/",
        "/private/files",
        "/assets/",
        "/files/",
        "/assets/med_trace/../hooks.py",
    ):
        reply = raw(person, path)
        assert reply.status in (301, 302, 403, 404), path
        assert not [secret for secret in SECRETS if secret in reply.text], path


@pytest.mark.embedded_only
def test_no_file_is_made_from_an_address_outside_the_files(person: Client) -> None:
    for ending in LEADING_OUT:
        for folder in ("/files/", "/private/files/", "", "file://", "/private/"):
            reply = person.post("/api/resource/File", file_name="x.txt", file_url=folder + ending)
            assert 400 <= reply.status < 500, (folder, ending, reply.status, reply.text[-300:])
            assert not [secret for secret in SECRETS if secret in reply.text]


@pytest.mark.embedded_only
def test_a_download_names_a_file_of_the_site(person: Client) -> None:
    for ending in LEADING_OUT:
        for folder in ("/files/", "/private/files/", ""):
            reply = person.get("/api/method/download_file", file_url=folder + ending)
            assert 400 <= reply.status < 500, (ending, reply.text)
            assert not [secret for secret in SECRETS if secret in reply.text]


# -- names


@pytest.mark.embedded_only
def test_an_uploaded_name_stays_in_the_folder(person: Client, sites_path: Path) -> None:
    before = outside(sites_path)
    for private in (0, 1):
        for name in NAMES:
            reply = upload(person, name, f"{name!r} {private}".encode(), is_private=private)
            assert reply.status in (200, 417), (name, reply.status, reply.text[-400:])
            if reply.status == 200:
                _assert_plain(reply.message["file_url"], private)
    assert outside(sites_path) == before


@pytest.mark.embedded_only
def test_a_name_in_a_document_stays_in_the_folder(person: Client, sites_path: Path) -> None:
    before = outside(sites_path)
    for name in NAMES:
        content = base64.b64encode(name.encode()).decode()
        reply = person.post("/api/resource/File", file_name=name, content=content, decode=True, is_private=1)
        assert reply.status in (200, 417), (name, reply.status, reply.text[-400:])
        if reply.status == 200:
            _assert_plain(reply.json["data"]["file_url"], 1)
    assert outside(sites_path) == before


def _assert_plain(url: str, private: int) -> None:
    folder = "/private/files/" if private else "/files/"
    assert url.startswith(folder)
    name = url.removeprefix(folder)
    assert "/" not in name and "\\" not in name and "\0" not in name
    assert not name.startswith(".") and "<" not in name and "\n" not in name


@pytest.mark.embedded_only
def test_a_folder_named_by_the_upload_is_no_folder_on_the_disk(person: Client, sites_path: Path) -> None:
    before = outside(sites_path)
    for folder in ("../../", "/etc", "Home/../../..", "Home"):
        assert upload(person, "plain.txt", folder.encode(), folder=folder).status in (200, 404, 417)
    assert outside(sites_path) == before


@pytest.mark.embedded_only
def test_what_would_run_in_a_browser_is_downloaded(person: Client) -> None:
    for name in ("evil.html", "evil.svg", "evil.xhtml", "evil.xml", "evil.shtml", "evil.htm", "evil.js"):
        for private in (0, 1):
            made = upload(person, name, b"<script>alert(1)</script>" + name.encode(), is_private=private)
            assert made.status == 200, made.text
            reply = person.get(urllib.parse.quote(made.message["file_url"]))
            assert reply.headers["Content-Disposition"].startswith("attachment"), name
            assert reply.headers["X-Content-Type-Options"] == "nosniff"


# -- other people's papers


@pytest.fixture
def paper(person: Client) -> str:
    """The address of a private file that belongs to a document which nobody of the floor may read."""
    doc = frappe.get_doc(
        {"doctype": "File", "file_name": "salaries.txt", "content": "secret salaries", "is_private": 1}
    ).insert()
    frappe.db.commit()
    assert person.get(doc.file_url).status == 403
    return str(doc.file_url)


@pytest.mark.requirement("OPS-3")
def test_a_paper_is_not_claimed_by_a_file_row_that_names_it(person: Client, paper: str) -> None:
    for values in (
        {"file_name": "mine.txt", "file_url": paper, "is_private": 1},
        {"file_name": "mine.txt", "file_url": paper, "is_private": 0},
        {"file_name": "mine.txt", "file_url": urllib.parse.quote(paper, safe="")},
        {"file_name": "mine.txt", "file_url": paper.replace("/files/", "/files/./")},
    ):
        person.post("/api/resource/File", **values)
        person.call("upload_file", **values)
    assert person.get(paper).status == 403
    assert person.get("/api/method/download_file", file_url=paper).status in (403, 404, 417)
    assert "secret salaries" not in person.get("/api/resource/File", fields=["*"]).text


@pytest.mark.requirement("OPS-3")
def test_a_paper_is_not_claimed_by_a_document_that_attaches_it(person: Client, paper: str) -> None:
    lot = a_received_lot()
    frappe.db.commit()
    person.put(f"/api/resource/Material Lot/{lot}", certificate=paper)
    assert person.get(paper).status == 403


@pytest.mark.requirement("OPS-3")
def test_a_paper_is_attached_by_who_may_read_it(person: Client) -> None:
    lot = a_received_lot()
    frappe.db.commit()
    made = upload(person, "certificate.txt", b"chemistry", is_private=1).message["file_url"]
    saved = person.put(f"/api/resource/Material Lot/{lot}", certificate=made)
    assert saved.status == 200, saved.text
    assert person.get(made).text == "chemistry"
