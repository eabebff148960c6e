"""Two people who sign at the same moment: both signatures count, and their step is carried out once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import frappe
from builders import PASSWORD, a_lot_release, a_made_lot, a_user, events_of
from web import Client

ROUNDS = 4


def sign_until_it_is_taken(browser: Client, name: str) -> int:
    """Sends it again where somebody else was writing the same record (409), as a page would."""
    values = {"doctype": "Lot Release", "name": name, "meaning": "Released", "password": PASSWORD}
    for _try in range(10):
        status = browser.call("med_trace.api.sign.sign", **values, user=browser.user).status
        if status != 409:
            return status
    return 409


@pytest.mark.requirement("REL-3", "SIG-1")
def test_the_last_of_two_signatures_given_at_once_releases_the_lot_once(client: Client) -> None:
    address = f"{client.address.scheme}://{client.address.netloc}"
    users = [a_user("Quality"), a_user("Quality")]
    lots = [a_made_lot(mt_release_signatures=2) for _round in range(ROUNDS)]
    releases = [a_lot_release(lot, is_signed=False).name for lot in lots]
    frappe.db.commit()
    browsers = [Client(address, client.site).login(user, PASSWORD) for user in users]
    answers: list[Any] = []
    with ThreadPoolExecutor(2) as pool:
        for name in releases:
            answers.append(
                list(pool.map(lambda browser, name=name: sign_until_it_is_taken(browser, name), browsers))
            )
    frappe.db.rollback()
    assert answers == [[200, 200]] * ROUNDS
    for lot, name in zip(lots, releases, strict=True):
        assert frappe.db.get_value("Lot Release", name, "workflow_state") == "Released"
        assert frappe.db.count("Electronic Signature", {"document_name": name}) == 2
        assert len(events_of(lot, "Released")) == 1
