"""What anyone who scans a label learns without a login, and what nobody learns."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

import frappe
from builders import PASSWORD, a_user, unique
from frappe.utils import add_days, nowdate
from lots import a_lot, event, row
from med_trace.domain.event import Action, EventType
from med_trace.domain.states import Kind, State
from med_trace.ledger.service import create_units, record
from med_trace.trace.public_page import public_facts, release_of
from med_trace.trace.public_words import page_of

GTIN = "09521234001010"


def a_labelled_lot(state: State = State.RELEASED, **fields: Any) -> str:
    return a_lot(
        state, kind=Kind.FINISHED, **{"gtin": GTIN, "expiry_date": add_days(nowdate(), 400), **fields}
    )


def address(lot: str, serial: str = "") -> str:
    return f"/01/{GTIN}/10/{quote(lot, safe='')}" + (f"/21/{quote(serial, safe='')}" if serial else "")


def titles(facts: Any, lang: str = "en") -> list[str]:
    return [one["title"] for one in page_of(facts, lang)["headlines"]]


@pytest.mark.requirement("ID-6")
def test_a_released_lot_is_told_with_its_dates() -> None:
    lot = a_labelled_lot(manufacturing_date="2026-01-05")
    facts = public_facts(address(lot))
    assert facts and (facts.lot, facts.gtin, facts.state) == (lot, GTIN, "Released")
    page = page_of(facts, "en")
    assert titles(facts) == ["Released"]
    assert dict(page["lines"])["Manufacturing Date"] == "2026-01-05"
    assert dict(page["lines"])["Release date"] == nowdate()


@pytest.mark.requirement("ID-6", "RCL-1")
def test_a_recalled_lot_says_so_in_words_and_every_unit_of_it_too() -> None:
    lot = a_labelled_lot(serials=2)
    record(event(EventType.RECALLED, row(Action.RECALL, lot)))
    for path in (address(lot), address(lot, f"{lot}-S1")):
        facts = public_facts(path)
        assert facts and titles(facts) == ["Recalled"]
        assert "Do not use" in page_of(facts, "en")["headlines"][0]["advice"]


@pytest.mark.requirement("ID-6", "RCL-2")
def test_one_recalled_unit_warns_on_the_lots_page_and_stops_only_its_own() -> None:
    lot = a_labelled_lot(serials=2)
    frappe.db.set_value("Serial Unit", f"{lot}-S1", "state", "Recalled")
    facts = public_facts(address(lot))
    assert facts and titles(facts) == ["Released"]
    assert "Some units of this lot are recalled" in page_of(facts, "en")["notes"][0]
    assert titles(public_facts(address(lot, f"{lot}-S1"))) == ["Recalled"]
    assert titles(public_facts(address(lot, f"{lot}-S2"))) == ["Released"]


def test_a_returned_unit_should_not_be_in_use() -> None:
    lot = a_labelled_lot(serials=1)
    frappe.db.set_value("Serial Unit", f"{lot}-S1", "whereabouts", "Returned")
    assert "should not be in use" in page_of(public_facts(address(lot, f"{lot}-S1")), "en")["notes"][0]


def test_an_expired_lot_says_so_first() -> None:
    lot = a_labelled_lot(expiry_date=add_days(nowdate(), 1))
    frappe.db.set_value("Material Lot", lot, "expiry_date", add_days(nowdate(), -1))
    assert titles(public_facts(address(lot))) == ["Expired", "Released"]


def test_a_lot_that_is_not_released_yet_has_no_release_date() -> None:
    facts = public_facts(address(a_labelled_lot(State.AWAITING_RELEASE)))
    assert facts and facts.released is None
    assert "has not been released" in page_of(facts, "en")["headlines"][0]["advice"]


def test_a_revoked_release_is_no_release() -> None:
    lot = a_labelled_lot()
    assert release_of(lot)
    record(event(EventType.RELEASE_REVOKED, row(Action.REVOKE_RELEASE, lot), reason="Wrong label"))
    assert release_of(lot) is None


def test_a_lot_that_was_split_off_keeps_the_release_of_its_source() -> None:
    lot = a_labelled_lot()
    item, expiry = frappe.db.get_value("Material Lot", lot, ["item_code", "expiry_date"])
    part = a_lot(None, item_code=item, gtin=GTIN, expiry_date=expiry)
    record(event(EventType.SPLIT, row(Action.SPLIT_FROM, lot, 4), row(Action.SPLIT_INTO, part, 4)))
    assert release_of(part) == release_of(lot)


@pytest.mark.parametrize(
    "path",
    [
        "/01/09521234001011/10/{lot}",  # wrong check digit
        "/01/09521234003106/10/{lot}",  # another product's GTIN
        "/01/09521234001010/10/{lot}x",
        "/01/09521234001010/21/nobody",
        "/01/09521234001010",
        "/01/",
        "/01/09521234001010/10/%ff%fe",
        "/01/09521234001010/10/" + "9" * 400,
    ],
)
def test_what_is_not_a_label_of_ours_is_unknown_whatever_the_cause(path: str) -> None:
    assert public_facts(path.format(lot=a_labelled_lot())) is None


def test_a_lot_number_with_a_slash_and_a_product_variant_in_the_address() -> None:
    lot = a_labelled_lot(lot_no=f"A/{frappe.generate_hash(length=6)}")
    assert public_facts(f"/01/{GTIN}/22/2A/10/{quote(lot, safe='')}?17=311110") is not None


@pytest.mark.requirement("CFG-3")
def test_every_headline_is_said_in_chinese() -> None:
    for state in State:
        words = page_of(public_facts(address(a_labelled_lot(state))), "zh")["headlines"][0]
        assert not words["title"].isascii() and not words["advice"].isascii()


# -- over HTTP


@pytest.fixture
def shipped(client: Any) -> Any:
    """A released lot whose units a customer has, as the served site sees it."""
    lot = a_labelled_lot(serials=2)
    customer = frappe.get_all("Customer", pluck="name", limit=1)
    from builders import a_customer

    hospital = customer[0] if customer else a_customer("Hospital Nowhere")
    frappe.db.set_value("Serial Unit", f"{lot}-S1", {"whereabouts": "Shipped", "consignee": hospital})
    frappe.db.commit()
    return client, lot, hospital


@pytest.mark.requirement("ID-6")
def test_a_guest_reads_the_public_part_and_nothing_else(shipped: Any) -> None:
    client, lot, hospital = shipped
    page = client.get(address(lot, f"{lot}-S1"))
    assert page.status == 200
    assert lot in page.text and GTIN in page.text and "Released" in page.text
    assert hospital not in page.text and "/med-trace/" not in page.text
    assert "<script" not in page.text and "src=" not in page.text and "stylesheet" not in page.text
    assert len(page.body) < 10_000


@pytest.mark.requirement("ID-6")
def test_who_may_read_the_record_gets_the_way_to_its_history(shipped: Any) -> None:
    client, lot, _hospital = shipped
    user = a_user("Trace Quality")
    frappe.db.commit()
    client.login(user, PASSWORD)
    assert f"/med-trace/lot/{quote(lot)}" in client.get(address(lot)).text


@pytest.mark.requirement("CFG-3")
def test_the_language_follows_the_browser_and_the_address(shipped: Any) -> None:
    client, lot, _hospital = shipped
    client.headers["Accept-Language"] = "zh-CN,zh;q=0.9,en;q=0.5"
    assert "已放行" in client.get(address(lot)).text
    assert '<html lang="en">' in client.get(f"{address(lot)}?lang=en").text
    assert "已放行" in client.get(f"{address(lot)}?17=311110&lang=zh").text


def test_an_unknown_code_is_not_found_and_its_page_says_no_more(shipped: Any) -> None:
    client, lot, _hospital = shipped
    unknown, wrong = client.get(address(lot + "x")), client.get(f"/01/09521234003106/10/{lot}")
    assert unknown.status == wrong.status == 404
    assert "This code is not known here" in unknown.text
    assert lot not in wrong.text.replace(f"/10/{lot}", "")


def test_an_unusual_serial_number_arrives_as_it_was_coded(shipped: Any) -> None:
    client, lot, _hospital = shipped
    serial = f"{unique('S')[:10]}/1"
    create_units(lot, [serial])
    frappe.db.commit()
    assert serial in client.get(address(lot, serial)).text


# -- the seal


@pytest.mark.requirement("ID-6", "AUD-3")
def test_a_release_says_whether_its_record_is_sealed_and_whether_the_seal_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from med_trace.ledger.audit.sealing import seal_now
    from med_trace.trace import public_seal

    event = release_of(a_labelled_lot()).event
    assert public_seal.seal_of(event) == "waiting"
    seal_now()
    assert public_seal.seal_of(event) == "sealed"
    public_seal._kept.clear()
    monkeypatch.setattr(public_seal, "is_signed_by", lambda *given: False)  # another key's signature
    assert public_seal.seal_of(event) == "broken"


@pytest.mark.requirement("AUD-3")
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("Trace Event", "event_time", "2020-01-01 00:00:00"),
        ("Trace Event Item", "quantity", 99.0),
        ("Audit Entry", "user", "nobody"),
        ("Audit Seal", "signature", "00" * 64),
    ],
)
def test_a_changed_row_behind_a_release_breaks_its_seal(
    monkeypatch: pytest.MonkeyPatch, table: str, column: str, value: Any
) -> None:
    from med_trace.ledger.audit.sealing import seal_now
    from med_trace.trace import public_seal

    event = release_of(a_labelled_lot()).event
    seal_now()
    public_seal._kept.clear()
    read = frappe.db.sql

    def changed(query: str, *given: Any, **how: Any) -> Any:
        rows = read(query, *given, **how)
        if f"`tab{table}`" in query and how.get("as_dict"):
            rows = [{**row, column: value} if column in row else row for row in rows]
            rows = [frappe._dict(row) for row in rows]
        return rows

    monkeypatch.setattr(frappe.db, "sql", changed)
    assert public_seal.seal_of(event) == "broken"


def test_the_page_says_what_the_seal_is(shipped: Any) -> None:
    client, lot, _hospital = shipped
    assert "will be sealed within minutes" in client.get(address(lot)).text
    from med_trace.ledger.audit.sealing import seal_now

    seal_now()
    frappe.db.commit()
    assert "The seal was verified and is valid" in client.get(address(lot)).text


@pytest.mark.requirement("ID-6")
def test_a_browser_keeps_the_page_for_a_minute_and_never_what_a_login_shows(client: Any) -> None:
    lot, user = a_labelled_lot(), a_user("Quality")
    frappe.db.commit()
    page = client.get(address(lot))
    assert page.headers["Cache-Control"] == "private, max-age=60"
    assert {"Accept-Language", "Cookie"} <= {one.strip() for one in page.headers["Vary"].split(",")}
    assert client.get(address(unique("NONE"))).headers["Cache-Control"] == "no-store"
    client.login(user, PASSWORD)
    assert client.get(address(lot)).headers["Cache-Control"] == "no-store"
