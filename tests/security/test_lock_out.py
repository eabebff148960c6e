"""Too many wrong passwords lock a person out, and the security role learns of it at once."""

import os
from collections.abc import Iterator

import pytest

import frappe
from builders import PASSWORD, a_routing, a_user, an_item, as_user, unique
from frappe.utils import add_days, nowdate
from med_trace.ledger import signing
from med_trace.ledger.signing import PasswordTooOld
from med_trace.ledger.signing.alarm import mail, security_people, tell_at_the_limit
from web import Client

BENCH = os.environ.get("MED_TRACE_BENCH")
FAILURES = 12  # one more than Frappe allows by default, and one that finds the door closed


def notices(user: str) -> list[str]:
    about = {"document_type": "User", "document_name": user, "type": "Alert"}
    return sorted(frappe.get_all("Notification Log", filters=about, pluck="for_user"))


@pytest.fixture
def guard(site: str) -> Iterator[str]:
    """The only one with the security role."""
    role = frappe.get_doc({"doctype": "Role", "role_name": unique("Security")}).insert()
    settings = frappe.get_doc("Trace Settings")
    settings.update({"security_role": role.role_name, "change_reason": "A guard was hired"})
    settings.save()
    yield a_user(role.role_name)
    if BENCH:  # where these tests commit and nothing is put back
        frappe.db.rollback()
        settings.reload()
        settings.update({"security_role": "System Manager", "change_reason": "The guard has left"})
        settings.save()
        frappe.db.commit()


@pytest.mark.requirement("SIG-5")
def test_guessing_at_the_login_is_told_to_the_security_role(client: Client, guard: str) -> None:
    victim = a_user("Operator")
    frappe.db.commit()
    for _number in range(FAILURES):
        client.call("login", usr=victim, pwd="guess")
    frappe.db.rollback()
    assert notices(victim) == [guard]


@pytest.mark.requirement("SIG-5")
def test_guessing_at_a_signature_is_told_to_the_security_role(client: Client, guard: str) -> None:
    signer = a_user("Quality")
    routing = a_routing(an_item("Finished"), is_approved=False)
    frappe.db.commit()
    client.login(signer, PASSWORD)
    for _number in range(FAILURES):
        client.call(
            "med_trace.api.sign.sign",
            doctype="Process Routing",
            name=routing.name,
            meaning="Approved",
            user=signer,
            password="guess",
        )
    frappe.db.rollback()
    assert notices(signer) == [guard]


@pytest.mark.requirement("SIG-5")
def test_the_notice_is_given_once(guard: str) -> None:
    victim = a_user("Operator")
    from frappe.auth import get_login_attempt_tracker

    guesses = get_login_attempt_tracker(victim)
    for _number in range(FAILURES):
        guesses.add_failure_attempt()
        tell_at_the_limit(victim, "10.0.0.9")
    assert notices(victim) == [guard], "once"


@pytest.mark.requirement("SIG-5")
@pytest.mark.skipif(bool(BENCH), reason="a bench needs an Email Account for it")
def test_the_notice_goes_by_mail_too(guard: str) -> None:
    victim = a_user("Operator")
    mail([guard], victim, f"Wrong passwords: {victim}", "From address 10.0.0.9")
    [sent] = frappe.get_all("Email Queue", filters={"reference_name": victim}, pluck="name")
    queued = frappe.get_doc("Email Queue", sent)
    assert [row.recipient for row in queued.recipients] == [guard]
    assert victim in queued.message and "10.0.0.9" in queued.message


@pytest.mark.requirement("SIG-5")
def test_an_address_that_tries_many_accounts_is_told_as_well(guard: str) -> None:
    from frappe.auth import get_login_attempt_tracker

    address = unique("10.1.2")
    guesses = get_login_attempt_tracker(address)
    for _number in range(guesses.max_failed_logins):
        tell_at_the_limit(a_user("Operator") if not _number else None, address)
        guesses.add_failure_attempt()
    tell_at_the_limit(None, address)
    [notice] = frappe.get_all("Notification Log", filters={"for_user": guard}, pluck="subject")
    assert address in notice


def test_without_a_setting_system_managers_are_told(site: str) -> None:
    frappe.db.set_single_value("Trace Settings", "security_role", None)
    manager, disabled = a_user("System Manager"), a_user("System Manager")
    frappe.db.set_value("User", disabled, "enabled", 0)
    assert manager in security_people() and disabled not in security_people()


# -- ageing -----------------------------------------------------------------------


def sign_a_routing(user: str) -> str:
    routing = a_routing(an_item("Finished"), is_approved=False)
    with as_user(user):
        return signing.sign("Process Routing", routing.name, "Approved", PASSWORD, user=user)


@pytest.mark.requirement("SIG-5")
def test_an_old_password_signs_nothing_until_its_owner_changes_it(site: str) -> None:
    frappe.db.set_single_value("Trace Settings", "password_max_age_days", 90)
    user = a_user("Quality")
    frappe.db.set_value("User", user, "last_password_reset_date", add_days(nowdate(), -91))
    with pytest.raises(PasswordTooOld, match="90 days"):
        sign_a_routing(user)
    frappe.db.set_value("User", user, "last_password_reset_date", add_days(nowdate(), -90))
    assert sign_a_routing(user)


@pytest.mark.requirement("SIG-5")
def test_whoever_sets_his_own_password_renews_it_and_nobody_renews_it_for_him(site: str) -> None:
    user = a_user("Quality")
    old = add_days(nowdate(), -200)
    frappe.db.set_value("User", user, "last_password_reset_date", old)

    def saved(**values: str) -> str:
        document = frappe.get_doc("User", user)
        document.update(values)
        document.save(ignore_permissions=True)
        return str(frappe.db.get_value("User", user, "last_password_reset_date") or "")

    assert saved(last_password_reset_date=nowdate()) == str(old), "not by entering a date"
    with as_user(user):
        assert saved(new_password="Green-valley-77!") == nowdate()
    assert saved(new_password="Red-mountain-88!") == "", "somebody else has set it"


@pytest.mark.requirement("SIG-4")
def test_where_the_site_asks_for_it_a_password_set_by_somebody_else_signs_nothing(site: str) -> None:
    frappe.db.set_single_value("Trace Settings", "own_password_only", 1)
    user = a_user("Quality")
    with pytest.raises(PasswordTooOld, match="Set your own"):
        sign_a_routing(user)
    frappe.db.set_value("User", user, "last_password_reset_date", nowdate())
    assert sign_a_routing(user)
