"""What the user is told: messages, errors, words in his language."""

from __future__ import annotations

import inspect
from typing import Any, Literal, NoReturn

from frappe._context import local
from frappe.exceptions import ValidationError
from frappe.types.frappedict import _dict


def _(msg: str, lang: str | None = None, context: str | None = None) -> str:
    """The text in the user's language; the text itself where no translation is known."""
    from frappe.translate import get_all_translations
    from frappe.utils import is_html, strip_html_tags

    if not hasattr(local, "lang"):
        local.lang = lang or "en"
    lang = lang or local.lang
    text = strip_html_tags(msg) if is_html(msg) else msg
    text = text.strip() if isinstance(text, str) else str(text)
    if not text:
        return ""
    if lang == "en" and not context:
        return _own_language(msg, text)
    words = get_all_translations(lang)
    return (context and words.get(f"{text}:{context}")) or words.get(text) or msg


def _own_language(msg: str, text: str) -> str:
    from frappe.translate import get_all_translations

    return get_all_translations("en").get(text) or msg


def bold(text: Any) -> str:
    return f"<strong>{text}</strong>"


def msgprint(
    msg: str,
    title: str | None = None,
    raise_exception: bool | type[Exception] = False,
    as_table: bool = False,
    as_list: bool = False,
    indicator: Literal["blue", "green", "orange", "red", "yellow"] | None = None,
    alert: bool = False,
    primary_action: str | None = None,
    is_minimizable: bool = False,
    wide: bool = False,
    *,
    realtime: bool = False,
) -> None:
    """Puts a message into the answer; raises as well when `raise_exception` names an error."""
    shown = _dict(message=msg, title=title or _("Message", context="Default title of the message dialog"))
    options = {
        "as_table": as_table and isinstance(msg, list | tuple) and 1,
        "as_list": as_list and isinstance(msg, list | tuple) and 1,
        "indicator": indicator or (raise_exception and "red"),
        "is_minimizable": is_minimizable,
        "alert": 1 if alert else 0,
        "raise_exception": 1 if raise_exception else 0,
        "primary_action": primary_action,
        "wide": wide,
    }
    shown.update({key: value for key, value in options.items() if value})
    muted = local.flags.mute_messages
    if raise_exception and not muted:
        shown["__frappe_exc_id"] = _exception_id()
    if not muted:
        local.message_log.append(shown)
    if raise_exception:
        raise _exception(msg, raise_exception, shown.get("__frappe_exc_id"))


def _exception_id() -> str:
    from frappe._tools import generate_hash

    return generate_hash()


def _exception(msg: str, wanted: bool | type[Exception], exc_id: str | None) -> Exception:
    kind = wanted if inspect.isclass(wanted) and issubclass(wanted, Exception) else ValidationError
    error = kind(msg)
    if exc_id:
        error.__frappe_exc_id = exc_id  # type: ignore[attr-defined]
    return error


def throw(
    msg: str,
    exc: type[Exception] = ValidationError,
    title: str | None = None,
    is_minimizable: bool = False,
    wide: bool = False,
    as_list: bool = False,
    primary_action: Any = None,
) -> NoReturn:
    """Shows the message and raises the error."""
    msgprint(
        msg,
        raise_exception=exc,
        title=title,
        indicator="red",
        is_minimizable=is_minimizable,
        wide=wide,
        as_list=as_list,
        primary_action=primary_action,
    )
    raise exc(msg)


def clear_last_message() -> None:
    if local.message_log:
        local.message_log = local.message_log[:-1]


def errprint(msg: str) -> None:
    """Adds a trace to the answer's `exc`."""
    local.error_log.append({"exc": str(msg)})


def log(msg: str) -> None:
    local.debug_log.append(str(msg))


def respond_as_web_page(
    title: str,
    html: str,
    success: Any = None,
    http_status_code: int | None = None,
    context: Any = None,
    indicator_color: str | None = None,
    primary_action: str = "/",
    primary_label: str | None = None,
    fullpage: bool = False,
    width: Any = None,
    template: str = "message",
) -> None:
    """The answer becomes a plain page with this message."""
    local.message_title, local.message, local.message_success = title, html, success
    local.response["type"] = "page"
    local.response["route"] = template
    if http_status_code:
        local.response["http_status_code"] = http_status_code
    local.response["context"] = dict(context or {}, title=title, message=html, primary_action=primary_action)


def publish_realtime(*args: Any, **kwargs: Any) -> None:
    """Left out: the runtime has no socket server, so nobody listens."""


publish_progress = publish_realtime
