"""Sessions: one row of `tabSessions` each, its data as JSON; their expiry and CSRF token."""

import json
from typing import Any

import frappe
from frappe.utils import add_to_date, cint, cstr, now_datetime, time_diff_in_seconds

UPDATE_EVERY = 600  # seconds between two notes of the session's last use
DEFAULT_EXPIRY = "240:00"


class Session:
    """The session of this request: resumed from the cookie, or a new one for a user."""

    def __init__(
        self, user: str, resume: bool = False, full_name: str | None = None, user_type: str | None = None
    ) -> None:
        frappe.form_dict.pop("sid", None)  # an address must not put its reader into somebody else's session
        self.sid = cstr(frappe.request.cookies.get("sid", "Guest"))
        self.user, self.full_name, self.user_type = user, full_name, user_type
        self.dirty = False
        self.data = frappe._dict(data=frappe._dict())
        frappe.local.session = self.data
        if resume:
            self.resume()
        else:
            self.start()

    def start(self) -> None:
        """A new session; a guest gets no row."""
        is_guest = self.user == "Guest"
        sid = "Guest" if is_guest else frappe.generate_hash()
        self.data.update(user=self.user, sid=sid)
        self.data.data.update(user=self.user, session_ip=frappe.local.request_ip)
        self.sid = sid
        if is_guest:
            return
        stamp = now_datetime()
        self.data.data.update(
            last_updated=str(stamp),
            session_expiry=get_expiry_period(),
            full_name=self.full_name,
            user_type=self.user_type,
            lang=frappe.local.lang,
        )
        self.insert_session_record()
        frappe.db.set_value(
            "User",
            self.user,
            {"last_login": stamp, "last_ip": frappe.local.request_ip, "last_active": stamp},
            update_modified=False,
        )

    def insert_session_record(self) -> None:
        frappe.db.sql(
            "insert into `tabSessions` (`sessiondata`, `user`, `lastupdate`, `sid`, `status`, `ipaddress`) "
            "values (%s, %s, %s, %s, 'Active', %s)",
            (
                json.dumps(self.data.data, default=str),
                self.data.user,
                now_datetime(),
                self.data.sid,
                frappe.local.request_ip,
            ),
        )

    def resume(self) -> None:
        """Continues the cookie's session; a guest when it is unknown or expired."""
        found = self.get_session_data_from_db() if self.sid != "Guest" else None
        if not found:
            if self.sid != "Guest":
                self.expire()
            self.start_as_guest()
            return
        self.user = found["user"]
        self.data.update(user=self.user, sid=self.sid, data=frappe._dict(found))
        frappe.local.session = self.data
        self.validate_user()

    def get_session_data_from_db(self) -> dict[str, Any] | None:
        rows = frappe.db.sql(
            "select `user`, `sessiondata`, `lastupdate` from `tabSessions` where `sid`=%s and `status`='Active'",
            (self.sid,),
        )
        if not rows:
            return None
        user, text, lastupdate = rows[0]
        data = json.loads(text or "{}")
        idle = time_diff_in_seconds(now_datetime(), lastupdate)
        if idle > get_expiry_in_seconds(data.get("session_expiry")):
            delete_session(self.sid)
            frappe.db.commit()
            return None
        data.update(user=user, idle=idle)
        return dict(data)

    def validate_user(self) -> None:
        """A session ends when its user is disabled."""
        if self.user != "Administrator" and not frappe.db.get_value("User", self.user, "enabled", cache=True):
            delete_session(self.sid)
            frappe.db.commit()
            self.expire()
            self.start_as_guest()

    def expire(self) -> None:
        """Tells the client that its session is gone."""
        from frappe.auth import clear_cookies

        frappe.local.response["session_expired"] = 1
        clear_cookies()

    def start_as_guest(self) -> None:
        self.user = "Guest"
        self.data.update(user="Guest", sid="Guest", data=frappe._dict())
        self.start()

    def update(self, force: bool = False) -> bool:
        """Notes that the session was used; stored when the request ends, whatever becomes of its transaction."""
        if frappe.session.user == "Guest" or frappe.session.sid in (None, "Guest"):
            return False
        if force or (self.data.data.get("idle") or 0) > UPDATE_EVERY:
            self.dirty = True
        return self.dirty

    def flush(self) -> None:
        """Stores the session in a transaction of its own."""
        if not self.dirty:
            return
        self.dirty = False
        data = {key: value for key, value in self.data.data.items() if key != "idle"}
        frappe.db.sql(
            "update `tabSessions` set `sessiondata`=%s, `lastupdate`=%s where `sid`=%s",
            (json.dumps(data, default=str), now_datetime(), self.data.sid),
        )
        frappe.db.set_value("User", frappe.session.user, "last_active", now_datetime(), update_modified=False)
        frappe.db.commit()


def get_expiry_period() -> str:
    """Idle time after which a session ends, "HH:MM[:SS]"."""
    period = cstr(frappe.get_system_settings("session_expiry")) or DEFAULT_EXPIRY
    return period if period.count(":") == 2 else period + ":00"


def get_expiry_in_seconds(expiry: str | None = None) -> int:
    hours, minutes, seconds = [*(expiry or get_expiry_period()).split(":"), "0"][:3]
    return cint(hours) * 3600 + cint(minutes) * 60 + cint(seconds)


def clear_expired_sessions() -> None:
    """Removes the sessions that nobody came back to (daily)."""
    last = add_to_date(None, seconds=-get_expiry_in_seconds())
    frappe.db.sql("delete from `tabSessions` where `lastupdate` < %s", (last,))


def delete_session(sid: str | None = None, user: str | None = None, reason: str = "Session Expired") -> None:
    from frappe.core.doctype.activity_log.feed import logout_feed

    if sid and not user:
        row = frappe.db.sql("select `user` from `tabSessions` where `sid`=%s", (sid,))
        user = row[0][0] if row else None
    if user:
        logout_feed(user, reason)
    frappe.db.sql("delete from `tabSessions` where `sid`=%s", (sid,))


def get_sessions_to_clear(
    user: str | None = None, keep_current: bool = False, force: bool = False
) -> list[str]:
    rows = frappe.db.sql("select `sid` from `tabSessions` where `user`=%s", (user or frappe.session.user,))
    return [row[0] for row in rows if not (keep_current and row[0] == frappe.session.sid)]


def clear_sessions(user: str | None = None, keep_current: bool = False, force: bool = False) -> None:
    for sid in get_sessions_to_clear(user, keep_current, force):
        delete_session(sid, reason="Logged In From Another Session")


def generate_csrf_token() -> None:
    frappe.local.session.data.csrf_token = frappe.generate_hash()
    if getattr(frappe.local, "session_obj", None):
        frappe.local.session_obj.update(force=True)


def get_csrf_token() -> str:
    """The token that this session's writes must carry from now on."""
    if not frappe.local.session.data.csrf_token:
        generate_csrf_token()
    return str(frappe.local.session.data.csrf_token)
