"""The answer to a request: JSON, download, page, redirect; and how errors are told."""

import datetime
import decimal
import json
import mimetypes
import os
import sys
import uuid
from typing import Any

from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.utils import send_file
from werkzeug.wrappers import Response

import frappe
from frappe.utils import cint, format_timedelta

INLINE_TYPES = (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".txt", ".csv", ".mp4", ".mp3")


def report_error(status_code: int) -> Response:
    """The body of a failed request: the error's class, its trace where the site shows traces, the messages."""
    kind = sys.exc_info()[0]
    if _shows_trace(status_code):
        trace = frappe.get_traceback()
        frappe.errprint(trace)
        frappe.local.response["exception"] = trace.splitlines()[-1]
    frappe.local.response["exc_type"] = kind.__name__ if kind else ""
    response = build_response("json")
    response.status_code = status_code
    return response


def _shows_trace(status_code: int) -> bool:
    if status_code == 404 or frappe.flags.disable_traceback or not getattr(frappe.local, "db", None):
        return False
    return bool(cint(frappe.get_system_settings("allow_error_traceback")))


def build_response(response_type: str | None = None) -> Response:
    answer = frappe.local.response
    if not answer.get("docs"):
        answer.pop("docs", None)
    kind = response_type or answer.get("type") or "json"
    return BUILDERS[kind]()


def as_raw() -> Response:
    answer = frappe.response
    kind = (
        answer.get("content_type")
        or mimetypes.guess_type(answer["filename"])[0]
        or "application/octet-stream"
    )
    place = answer.get("display_content_as", "attachment")
    return _file(answer["filecontent"], answer["filename"], kind, place)


def as_pdf() -> Response:
    name = frappe.response["filename"]
    return _file(frappe.response["filecontent"], name, "application/pdf", "inline")


def _file(content: Any, filename: str, mimetype: str, place: str = "attachment") -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers.add("Content-Disposition", place, filename=filename)
    return response


def as_json() -> Response:
    make_logs()
    answer = frappe.local.response
    status = answer.pop("http_status_code", None) or 200
    body = json.dumps(answer, default=json_handler, separators=(",", ":"))
    return Response(body, status=status, mimetype="application/json")


def as_page() -> Response:
    from frappe.website.serve import get_response

    code = frappe.response.get("http_status_code") or 200
    return get_response(frappe.response["route"], http_status_code=code)


def redirect() -> Response:
    from werkzeug.utils import redirect as to

    return to(frappe.response.location)


BUILDERS = {
    "json": as_json,
    "download": as_raw,
    "pdf": as_pdf,
    "page": as_page,
    "redirect": redirect,
}


def make_logs() -> None:
    """Moves what was logged and said during the request into its answer."""
    answer = frappe.local.response
    if frappe.error_log:
        answer["exc"] = json.dumps([frappe.as_unicode(entry["exc"]) for entry in frappe.local.error_log])
    if frappe.local.message_log:
        answer["_server_messages"] = json.dumps(
            [json.dumps(entry, default=str) for entry in frappe.local.message_log]
        )
    if frappe.debug_log:
        answer["_debug_messages"] = json.dumps(frappe.local.debug_log)
    if frappe.flags.error_message:
        answer["_error_message"] = frappe.flags.error_message


def json_handler(obj: Any) -> Any:
    """What JSON has no type for: dates and times as text, decimals as floats, documents as dicts."""
    if isinstance(obj, datetime.date | datetime.datetime | datetime.time | uuid.UUID):
        return str(obj)
    if isinstance(obj, datetime.timedelta):
        return format_timedelta(obj)
    if isinstance(obj, decimal.Decimal):
        return float(obj)
    if hasattr(obj, "as_dict") and hasattr(obj, "doctype"):
        return obj.as_dict(no_nulls=True)
    if isinstance(obj, set | frozenset | tuple) or hasattr(obj, "__iter__"):
        return list(obj)
    raise TypeError(f"Object of type {type(obj)} with value of {obj!r} is not JSON serializable")


# -- files of the site ------------------------------------------------------


def download_private_file(path: str) -> Response:
    """A private file, for whom one of its File rows allows it."""
    from frappe.core.doctype.file.utils import find_file_by_url

    if frappe.session.user == "Guest" or not find_file_by_url(path, name=frappe.form_dict.get("fid")):
        raise Forbidden(frappe._("You don't have permission to access this file"))
    return send_private_file(path.split("/private", 1)[1])


def send_private_file(path: str) -> Response:
    """A file below the site's `private` folder; NotFound for anything outside. Active content is downloaded."""
    base = os.path.realpath(frappe.get_site_path("private"))
    full = os.path.realpath(os.path.join(base, path.lstrip("/")))
    if not full.startswith(base + os.sep) or not os.path.isfile(full):
        raise NotFound
    response = send_file(
        full,
        frappe.local.request.environ,
        mimetype=mimetypes.guess_type(full)[0] or "application/octet-stream",
        as_attachment=not full.lower().endswith(INLINE_TYPES),
        download_name=os.path.basename(full),
        conditional=True,
    )
    response.cache_control.private = True
    return response


def handle_session_stopped() -> Response:
    return Response(frappe._("The site is being updated. Please try again in a moment."), status=503)
