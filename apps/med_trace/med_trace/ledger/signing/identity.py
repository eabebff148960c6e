"""Makes sure that it is the signer: user id and password at a session's first signature, then the password.

(21 CFR 11.200(a)(1).) A session is continuous for a shift at most. Guesses count as they do at the login.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.auth import get_login_attempt_tracker
from frappe.utils import add_days, cint, getdate, now_datetime, nowdate
from frappe.utils.password import check_password
from med_trace.domain.audit_entry import Category, Kind
from med_trace.domain.errors import TraceError
from med_trace.ledger.audit.entries import append

BOTH, PASSWORD = "User Id And Password", "Password"
A_SHIFT = timedelta(hours=12)


class UserIdRequired(TraceError):
    """The first signature of a session takes the user id as well. 403."""

    http_status_code = 403
    title = "Enter your user id"


class PasswordTooOld(TraceError):
    """The password has to be changed before it signs anything. 403."""

    http_status_code = 403
    title = "Change your password"


class LockedOut(TraceError):
    """Too many wrong passwords: nothing is signed for a while, as nobody logs in then. 429."""

    http_status_code = 429
    title = "Locked out"


class WrongPassword(frappe.AuthenticationError):
    """User id or password was wrong. 401; not Frappe's own class, which would end the session."""


def session_key() -> str | None:
    """What tells this session from others in a signature; None where there is none (API keys, console)."""
    sid, user = frappe.session.sid, frappe.session.user
    if not sid or sid in (user, "Guest", "Administrator"):
        return None
    return hashlib.sha256(f"{user}\0{sid}".encode()).hexdigest()[:32]


def needs_user_id() -> bool:
    """Whether the next signature is the first one of its session."""
    key = session_key()
    since = now_datetime() - A_SHIFT
    given = {"session": key, "signer": frappe.session.user, "signed_at": [">", since]}
    return not key or not frappe.db.exists("Electronic Signature", given)


def require_identity(user: str | None, password: str, about: tuple[str, str, str]) -> str:
    """Refuse anyone but the session's user; returns how he was identified. `about`: document and meaning."""
    is_first = needs_user_id()
    if is_first and not (user or "").strip():
        raise UserIdRequired(
            "This is your first signature in this session: enter your user id and your password."
        )
    require_fresh_password()
    guesses = _guesses()
    if not _is_right(user, password):
        if guesses:
            guesses.add_failure_attempt()
        _refuse(about)
    if guesses:
        guesses.add_success_attempt()
    return BOTH if is_first or user else PASSWORD


def _guesses() -> Any:
    """The count of this user's wrong passwords, or None; LockedOut after as many as a login allows."""
    guesses = get_login_attempt_tracker(frappe.session.user, raise_locked_exception=False)
    are_counted = cint(frappe.get_system_settings("allow_consecutive_login_attempts"))
    if guesses and are_counted and not guesses.is_user_allowed():
        raise LockedOut(
            "Too many wrong passwords: you can sign again after {0} seconds.",
            cint(frappe.get_system_settings("allow_login_after_fail")) or 60,
        )
    return guesses


def require_fresh_password() -> None:
    """Refuse a password that is older than Trace Settings allows, or that its owner has not set himself."""
    user = frappe.session.user
    allowed = cint(frappe.db.get_single_value("Trace Settings", "password_max_age_days"))
    changed, created = frappe.db.get_value("User", user, ["last_password_reset_date", "creation"])
    if not changed and cint(frappe.db.get_single_value("Trace Settings", "own_password_only")):
        raise PasswordTooOld(
            "Somebody else has set your password. Set your own in your user settings, then sign."
        )
    since = getdate(changed or created)
    if allowed and getdate(add_days(since, allowed)) < getdate(nowdate()):
        raise PasswordTooOld(
            "Your password is from {0}; it signs for {1} days. Set a new one in your user settings, then sign.",
            *(since.isoformat(), allowed),
        )


def _is_right(user: str | None, password: str) -> bool:
    """Both are checked in any case: the answer does not tell which of them was wrong."""
    me = frappe.session.user
    known = {me.lower(), (frappe.db.get_value("User", me, "username") or me).lower()}
    is_me = not user or user.strip().lower() in known
    try:
        check_password(me, password or "")
    except frappe.AuthenticationError:
        return False
    return is_me


def _refuse(about: tuple[str, str, str]) -> None:
    user = frappe.session.user
    frappe.db.after_rollback.add(lambda: _log_failure(user, about))
    frappe.throw(
        _("User id or password is wrong: nothing was signed."), WrongPassword, title=_("Signature refused")
    )


def _log_failure(user: str, about: tuple[str, str, str]) -> None:
    """The attempt is kept although everything else of the request is rolled back."""
    from frappe.core.doctype.activity_log.activity_log import add_authentication_log

    add_authentication_log(
        _("Wrong password for an electronic signature"), user, operation="Login", status="Failed"
    )
    doctype, name, meaning = about
    append(
        Kind.SIGNING_FAILED,
        category=Category.SIGNATURE,
        document_type=doctype,
        document_name=name,
        changes=[{"field": "meaning", "new": meaning}],
        user=user,
    )
    frappe.db.commit()
