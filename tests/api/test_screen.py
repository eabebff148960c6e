"""What the pages start with, and the page that carries them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_user

SCREEN = "med_trace.api.screen"


@pytest.fixture
def quality(client: Any) -> Any:
    user = a_user("Trace Quality")
    frappe.db.commit()
    return client.login(user, PASSWORD)


def test_a_guest_learns_nothing_and_is_sent_to_the_login(client: Any) -> None:
    assert client.call(f"{SCREEN}.boot").status == 403
    page = client.get("/med-trace/lot/SC-1")
    assert page.status in (301, 302)
    assert page.headers["Location"].startswith("/login?redirect-to=/med-trace/lot/SC-1")


def test_the_page_learns_who_looks_and_what_he_may_read(quality: Any) -> None:
    boot = quality.call(f"{SCREEN}.boot").message
    assert "Trace Quality" in boot["roles"]
    assert "Material Lot" in boot["records"]
    assert "Trace Settings" not in boot["records"]  # a single is no list
    assert boot["csrf_token"]


def test_the_page_carries_what_it_starts_with_or_says_how_it_is_built(quality: Any, site: str) -> None:
    from med_trace.www.med_trace import built_files

    page = quality.get("/med-trace/lot/SC-1")
    assert page.status == 200
    boot = re.search(r'id="boot" type="application/json">(.*?)</script>', page.text)
    if built_files() is None:
        assert boot is None and "npm run build" in page.text
    else:
        assert boot and "Trace Quality" in json.loads(boot[1])["roles"]


def test_without_built_files_the_page_says_how_to_build(
    quality: Any, site: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from med_trace.www import med_trace as page

    monkeypatch.setattr(page, "BUILT", tmp_path)
    assert page.built_files() is None
    (tmp_path / "manifest.json").write_text(
        json.dumps(
            {
                "src/main.ts": {"file": "assets/main-1.js", "imports": ["_a.js"], "css": ["assets/main.css"]},
                "_a.js": {"file": "assets/a-1.js", "imports": ["_a.js"]},
            }
        )
    )
    assert page.built_files() == {
        "script": ["/assets/med_trace/frontend/assets/main-1.js"],
        "modules": ["/assets/med_trace/frontend/assets/a-1.js"],
        "styles": ["/assets/med_trace/frontend/assets/main.css"],
    }


@pytest.mark.requirement("CFG-3")
def test_the_language_is_remembered_for_the_user(quality: Any) -> None:
    assert quality.call(f"{SCREEN}.words", lang="en").message == {}
    assert quality.call(f"{SCREEN}.words", lang="zh").message["On Hold"] == "冻结"
    assert quality.call(f"{SCREEN}.set_language", lang="zh").message == "zh"
    refused = quality.call(f"{SCREEN}.set_language", lang="tlh")
    assert refused.status == 417
    assert "tlh" in refused.words
    assert quality.call(f"{SCREEN}.boot").message["lang"] == "zh"


@pytest.mark.requirement("CFG-3")
def test_labels_of_a_doctype_come_translated(quality: Any) -> None:
    words = quality.call(f"{SCREEN}.words", lang="zh", doctype="Material Lot").message
    assert words["Heat or Melt No."] == "炉号或熔炼号"
    assert quality.call(f"{SCREEN}.words", lang="zh", doctype="Error Log").status == 403


@pytest.mark.requirement("AUD-1", "VIEW-1")
def test_people_are_named_in_full_to_those_who_see_their_work(client: Any, quality: Any) -> None:
    me = quality.as_page().call(f"{SCREEN}.boot").message
    asked = json.dumps([me["user"], "nobody@nowhere.example", "Administrator"])
    assert quality.call(f"{SCREEN}.people", users=asked).message == {
        me["user"]: me["full_name"],
        "Administrator": "Administrator",
    }
    assert quality.call(f"{SCREEN}.people", users=json.dumps(["x"] * 501)).status == 417
    stranger = a_user()
    frappe.db.commit()
    client.login(stranger, PASSWORD).as_page()
    assert client.call(f"{SCREEN}.people", users=asked).status == 403
