"""Who is asking: login by password, session cookie, API key; CSRF; lock-out after failures."""

import base64
import binascii
import threading
from typing import Any
from urllib.parse import quote, urlsplit

from werkzeug.wrappers import Response

import frappe
from frappe import _
from frappe.sessions import Session, clear_sessions, delete_session, get_expiry_in_seconds
from frappe.utils import cint
from frappe.utils.password import LOGIN_FAILED, check_password, get_decrypted_password

SAFE_HTTP_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
UNSAFE_HTTP_METHODS = frozenset(("POST", "PUT", "DELETE", "PATCH"))
MAX_PASSWORD_SIZE = 512
PEOPLE_BEHIND_ONE_ADDRESS = 10  # terminals of a plant share one; nobody may lock all of them out
_counting = threading.Lock()
LOGIN_COOKIES = ("full_name", "user_id", "sid", "user_image", "system_user")


class HTTPRequest:
    """Opens the session of a request: address, cookies, user, language, CSRF."""

    def __init__(self) -> None:
        self.set_request_ip()
        self.set_cookies()
        self.set_session()
        self.set_lang()
        self.validate_csrf_token()

    def set_request_ip(self) -> None:
        """The peer's address; behind a trusted proxy the server has put the forwarded one there."""
        frappe.local.request_ip = frappe.request.remote_addr or "127.0.0.1"

    def set_cookies(self) -> None:
        frappe.local.cookie_manager = CookieManager()

    def set_session(self) -> None:
        frappe.local.login_manager = LoginManager()

    def set_lang(self) -> None:
        from frappe.translate import get_language, get_user_lang

        user = frappe.session.user
        frappe.local.lang = get_language() if user in (None, "Guest") else get_user_lang(user)

    def validate_csrf_token(self) -> None:
        """A write in a session that has a token must name it; without one it must not come from another site."""
        if frappe.request.method not in UNSAFE_HTTP_METHODS or frappe.local.conf.get("ignore_csrf"):
            return
        saved = frappe.session.data.csrf_token if frappe.session.get("data") else None
        given = frappe.get_request_header("X-Frappe-CSRF-Token") or frappe.form_dict.pop("csrf_token", None)
        if given != saved if saved else is_from_another_site():
            refuse_forged()


def is_from_another_site() -> bool:
    """Whether a browser says that a page of another site sent this request. Programs say nothing."""
    fetched = frappe.get_request_header("Sec-Fetch-Site")
    if fetched:
        return fetched not in ("same-origin", "none")
    origin = frappe.get_request_header("Origin")
    return bool(origin) and urlsplit(origin).netloc != frappe.request.host


def refuse_forged() -> None:
    frappe.flags.disable_traceback = True
    frappe.throw(_("Invalid Request"), frappe.CSRFTokenError)


class LoginManager:
    """Logs in on /api/method/login, resumes the session otherwise."""

    def __init__(self) -> None:
        self.user: str = ""
        self.info: Any = None
        self.full_name: str | None = None
        self.user_type: str | None = None
        if frappe.form_dict.get("cmd") == "login" or frappe.request.path == "/api/method/login":
            self.login()
            self.run_trigger("on_session_creation")
        else:
            self.make_session(resume=True)
            self.get_user_info()
            self.set_user_info(resume=True)

    def login(self) -> None:
        if frappe.get_system_settings("disable_user_pass_login"):
            frappe.throw(_("Login with username and password is not allowed."), frappe.AuthenticationError)
        if frappe.request.method != "POST":  # a password does not belong into an address
            frappe.throw(_("Not permitted"), frappe.PermissionError)
        if is_from_another_site():
            refuse_forged()
        user, pwd = frappe.form_dict.pop("usr", None), frappe.form_dict.pop("pwd", None)
        self.authenticate(user=user, pwd=pwd)
        self.post_login()

    def authenticate(self, user: str | None = None, pwd: str | None = None) -> None:
        """Sets the user; AuthenticationError, counted towards the lock-out, when name and password do not match."""
        if not (user and pwd):
            user, pwd = frappe.form_dict.get("usr"), frappe.form_dict.get("pwd")
        if not (user and pwd):
            self.fail(_("Incomplete login details"), user=user)
        if len(str(pwd)) > MAX_PASSWORD_SIZE:
            self.fail(_("Password size exceeded the maximum allowed size"), user=user)
        name = _user_named(str(user))
        trackers = [
            get_login_attempt_tracker(name or str(user)),
            get_login_attempt_tracker(frappe.local.request_ip),
        ]
        try:
            self.user = check_password(name or str(user), str(pwd), delete_tracker_cache=False)
        except frappe.AuthenticationError:
            for tracker in filter(None, trackers):
                tracker.add_failure_attempt()
            self.fail(_("Invalid login credentials"), user=name)
        if self.user != "Administrator" and not frappe.db.get_value("User", self.user, "enabled"):
            self.fail(_("User disabled or missing"), user=self.user)
        for tracker in filter(None, trackers):
            tracker.add_success_attempt()

    def fail(self, message: str, user: str | None = None) -> None:
        from frappe.core.doctype.activity_log.activity_log import add_authentication_log

        frappe.local.response["message"] = message
        if user:
            add_authentication_log(message, user, status="Failed")
            frappe.db.commit()
        raise frappe.AuthenticationError

    def post_login(self) -> None:
        from frappe.core.doctype.activity_log.feed import login_feed

        self.run_trigger("on_login")
        self.get_user_info()
        self.make_session()
        self.set_user_info()
        login_feed(self)

    def get_user_info(self) -> None:
        fields = ["user_type", "first_name", "last_name", "user_image"]
        user = self.user or frappe.session.user
        self.info = frappe.db.get_value("User", user, fields, as_dict=True, cache=True) or frappe._dict()
        self.user, self.user_type = user, self.info.user_type
        self.full_name = " ".join(part for part in (self.info.first_name, self.info.last_name) if part)

    def set_user_info(self, resume: bool = False) -> None:
        """The cookies that pages read; at login also the words of the answer."""
        cookies = frappe.local.cookie_manager
        cookies.init_cookies()
        is_system_user = self.info.user_type == "System User"
        cookies.set_cookie("system_user", "yes" if is_system_user else "no")
        if not resume:
            from frappe.website.utils import get_home_page

            frappe.local.response["message"] = "Logged In" if is_system_user else "No App"
            frappe.local.response["home_page"] = "/" + get_home_page().lstrip("/")
            frappe.local.response["full_name"] = self.full_name
        cookies.set_cookie("full_name", self.full_name)
        cookies.set_cookie("user_id", self.user)
        cookies.set_cookie("user_image", self.info.user_image or "")

    def make_session(self, resume: bool = False) -> None:
        frappe.local.session_obj = Session(
            user=self.user, resume=resume, full_name=self.full_name, user_type=self.user_type
        )
        self.user = frappe.local.session_obj.user
        if not resume:
            frappe.local.user = None
            self.clear_active_sessions()

    def clear_active_sessions(self) -> None:
        """One session at a time, where the site wants that."""
        if cint(frappe.local.conf.get("deny_multiple_sessions")) or cint(
            frappe.get_system_settings("deny_multiple_sessions")
        ):
            clear_sessions(frappe.session.user, keep_current=True)

    def run_trigger(self, event: str = "on_login") -> None:
        for method in frappe.get_hooks(event) or []:
            frappe.call(frappe.get_attr(method), login_manager=self)

    def logout(self, arg: str = "", user: str | None = None) -> None:
        user = user or frappe.session.user
        self.run_trigger("on_logout")
        if user == frappe.session.user:
            delete_session(frappe.session.sid, user=user, reason="User Manually Logged Out")
            self.clear_cookies()
        else:
            clear_sessions(user)

    def clear_cookies(self) -> None:
        clear_cookies()


def _user_named(text: str) -> str | None:
    """The user of this address or, where the site allows it, of this user name."""
    name: str | None = frappe.db.get_value("User", {"name": text}, "name")
    if not name and cint(frappe.get_system_settings("allow_login_using_user_name")):
        name = frappe.db.get_value("User", {"username": text}, "name")
    return name


class CookieManager:
    """Cookies to set with the answer; HttpOnly for the session, secure where the request is."""

    def __init__(self) -> None:
        self.cookies: dict[str, dict[str, Any]] = {}
        self.to_delete: list[str] = []

    def init_cookies(self) -> None:
        if frappe.session.get("sid"):
            self.set_cookie("sid", frappe.session.sid, max_age=get_expiry_in_seconds(), httponly=True)

    def set_cookie(
        self,
        key: str,
        value: Any,
        expires: Any = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str = "Lax",
        max_age: int | None = None,
    ) -> None:
        if not secure and frappe.local.request:
            secure = frappe.request.scheme == "https"
        self.cookies[key] = {
            "value": quote(str(value or "")),
            "expires": expires,
            "secure": secure,
            "httponly": httponly,
            "samesite": samesite,
            "max_age": max_age,
        }

    def delete_cookie(self, to_delete: Any) -> None:
        self.to_delete.extend([to_delete] if isinstance(to_delete, str) else to_delete)

    def flush_cookies(self, response: Response) -> None:
        for key, options in self.cookies.items():
            response.set_cookie(key, **options)
        for key in set(self.to_delete):
            response.set_cookie(key, "", expires=0, samesite="Lax")


def clear_cookies() -> None:
    if getattr(frappe.local, "session", None):
        frappe.session.sid = ""
    frappe.local.cookie_manager.delete_cookie(LOGIN_COOKIES)


@frappe.whitelist()
def get_logged_user() -> str:
    return str(frappe.session.user)


def validate_auth() -> None:
    """Takes the user from an Authorization header; one that names nobody is refused."""
    header = frappe.get_request_header("Authorization", "").split(" ")
    if len(header) == 2:
        validate_auth_via_api_keys(header)
    validate_auth_via_hooks()
    if len(header) == 2 and frappe.session.user in ("", "Guest"):
        raise frappe.AuthenticationError


def validate_auth_via_api_keys(authorization_header: list[str]) -> None:
    """`token key:secret` or `Basic base64(key:secret)`."""
    kind, token = authorization_header
    source = frappe.get_request_header("Frappe-Authorization-Source")
    if kind.lower() == "basic":
        try:
            token = base64.b64decode(token, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise frappe.AuthenticationError
    if kind.lower() in ("basic", "token"):
        key, sign, secret = token.partition(":")
        if sign:
            validate_api_key_secret(key, secret, source)


def validate_api_key_secret(
    api_key: str, api_secret: str, frappe_authorization_source: str | None = None
) -> None:
    from hmac import compare_digest

    user = (
        frappe.db.get_value("User", {"api_key": api_key, "enabled": 1}, "name", cache=True)
        if api_key
        else None
    )
    if not user:
        raise frappe.AuthenticationError
    secret = get_decrypted_password("User", user, fieldname="api_secret", raise_exception=False) or ""
    if not secret or not compare_digest(secret.encode(), api_secret.encode()):
        raise frappe.AuthenticationError
    form_dict = frappe.local.form_dict
    frappe.set_user(user)
    frappe.local.form_dict = form_dict
    frappe.local.login_manager.user = user


def validate_auth_via_hooks() -> None:
    for hook in frappe.get_hooks("auth_hooks", []):
        frappe.get_attr(hook)()


def get_login_attempt_tracker(key: str, raise_locked_exception: bool = True) -> "LoginAttemptTracker | None":
    """The counter of failed logins of a user or address; raises while that one is locked out."""
    allowed = cint(frappe.get_system_settings("allow_consecutive_login_attempts"))
    if not allowed:
        return None
    pause = cint(frappe.get_system_settings("allow_login_after_fail")) or 60
    people = PEOPLE_BEHIND_ONE_ADDRESS if key == getattr(frappe.local, "request_ip", None) else 1
    tracker = LoginAttemptTracker(key, max_consecutive_login_attempts=allowed * people, lock_interval=pause)
    if raise_locked_exception and not tracker.is_user_allowed():
        message = _("Your account has been locked and will resume after {0} seconds").format(pause)
        frappe.local.response["message"] = message
        frappe.throw(message, frappe.TooManyRequestsError)
    return tracker


class LoginAttemptTracker:
    """Counts failures in a row; locked for the interval after more than the allowed number."""

    def __init__(
        self,
        key: str,
        max_consecutive_login_attempts: int = 3,
        lock_interval: int = 300,
        *,
        user_name: str | None = None,
    ) -> None:
        self.key = LOGIN_FAILED + (key or user_name or "")
        self.lock_interval, self.max_failed_logins = lock_interval, max_consecutive_login_attempts

    @property
    def login_failed_count(self) -> int:
        return frappe.cache.get_value(self.key) or 0

    def add_failure_attempt(self) -> None:
        with _counting:
            frappe.cache.set_value(self.key, self.login_failed_count + 1, expires_in_sec=self.lock_interval)

    def add_success_attempt(self) -> None:
        frappe.cache.delete_value(self.key)

    def is_user_allowed(self) -> bool:
        return self.login_failed_count <= self.max_failed_logins
