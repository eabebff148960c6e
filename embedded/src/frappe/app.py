"""The WSGI application: one request, one site, one transaction."""

import os
import signal
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

import frappe
import frappe.api
import frappe.auth
import frappe.handler
import frappe.utils.response
from frappe import _
from frappe.auth import SAFE_HTTP_METHODS, UNSAFE_HTTP_METHODS, HTTPRequest, validate_auth
from frappe.core.doctype.file.utils import get_max_file_size
from frappe.utils import escape_html, get_site_name
from frappe.website.serve import get_response

_site: str | None = None
_sites_path = os.environ.get("SITES_PATH", ".")

ROOM_FOR_THE_FORM = 1024 * 1024  # what a request may hold besides one file of the greatest size
MAX_BODY = 256 * 1024 * 1024  # beyond it the server does not read on
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; font-src 'self' data:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'; "
        "worker-src 'self' blob:; media-src 'self' blob:"
    ),
}
SESSION_ERROR_PAGES = {
    401: ("Session Expired", "Your session has expired, please login again to continue."),
    403: ("Not Permitted", "You do not have enough permissions to complete the action"),
    404: ("Not Found", "The resource you are looking for is not available"),
}


@Request.application
def application(request: Request) -> Response:
    """Answers one request; commits what a successful write did, rolls back everything else."""
    response: Any = None
    try:
        init_request(request)
        validate_auth()
        response = dispatch(request)
        sync_database()
    except HTTPException as error:
        _rollback()
        response = error.get_response(request.environ)
    except Exception as error:
        _rollback()
        response = handle_exception(error)
    finally:
        try:
            run_after_request_hooks(request, response)
            process_response(response)
        finally:
            frappe.destroy()
    return response


def run_after_request_hooks(request: Request, response: Response | None) -> None:
    """What apps do with an answer before it goes; whatever fails there stops no answer."""
    try:
        for path in frappe.get_hooks("after_request") if getattr(frappe.local, "initialised", None) else []:
            frappe.call(path, response=response, request=request)
    except Exception:
        frappe.logger("web").exception("after_request")


def dispatch(request: Request) -> Response:
    path = request.path
    if request.method == "OPTIONS":
        return Response()
    if path.startswith("/api/"):
        return frappe.api.handle(request)
    if frappe.form_dict.get("cmd"):
        frappe.handler.handle()
        return frappe.utils.response.build_response("json")
    if path.startswith("/private/files/"):
        return frappe.utils.response.download_private_file(path)
    if request.method in ("GET", "HEAD", "POST"):
        return get_response()
    raise NotFound


def init_request(request: Request) -> None:
    """Opens the site named by header or host, reads the form, resumes the session."""
    site = find_site(request.headers.get("X-Frappe-Site-Name"), request.host)
    if not site:
        raise NotFound(f"{request.host} does not exist")
    frappe.init(site=site, sites_path=_sites_path, force=True)
    frappe.local.request = request
    frappe.connect(set_admin_as_user=False)
    if frappe.local.conf.get("maintenance_mode"):
        raise frappe.SessionStopped("Session Stopped")
    frappe.local.session = frappe._dict(user="Guest", sid="Guest", data=frappe._dict())
    request.max_content_length = get_max_file_size() + ROOM_FOR_THE_FORM
    make_form_dict(request)
    if request.method != "OPTIONS":
        frappe.local.http_request = HTTPRequest()


def find_site(header: str | None, host: str) -> str | None:
    """The served site, else the one that header or host names, else the bench's default site."""
    named = (_site, header, get_site_name(host))
    default = (
        frappe.get_common_site_config(_sites_path).get("default_site")
        if not any(map(_is_site, named))
        else None
    )
    return next((site for site in (*named, default) if _is_site(site)), None)


def _is_site(site: str | None) -> bool:
    if not site or os.path.basename(site) != site or site.startswith("."):
        return False
    return os.path.exists(os.path.join(_sites_path, site, "site_config.json"))


def make_form_dict(request: Request) -> None:
    """The arguments: a JSON body alone, else query and form together."""
    if request.is_json and request.get_data():
        arguments = _json_body(request)
    else:
        arguments = {**request.args.to_dict(), **request.form.to_dict()}
    if not isinstance(arguments, dict):
        frappe.throw(_("Invalid request arguments"))
    arguments.pop("_", None)
    frappe.local.form_dict = frappe._dict(arguments)


def _json_body(request: Request) -> Any:
    try:
        return frappe.parse_json(request.get_data(as_text=True))
    except ValueError as error:
        frappe.throw(_("The request body is not valid JSON: {0}").format(error))


def sync_database() -> None:
    """Commits after a write verb, or where a GET said so (frappe.local.flags.commit)."""
    if not getattr(frappe.local, "db", None):
        return
    if frappe.local.flags.commit or frappe.local.request.method not in SAFE_HTTP_METHODS:
        frappe.db.commit()
    else:
        frappe.db.rollback()
    session = getattr(frappe.local, "session_obj", None)
    if session:
        session.update()
        session.flush()


def _rollback() -> None:
    if getattr(frappe.local, "db", None):
        frappe.db.rollback()


def handle_exception(error: Exception) -> Response:
    """The error as JSON for programs, as a page for people."""
    status = int(getattr(error, "http_status_code", 500))
    if not getattr(frappe.local, "session", None) or not frappe.session.user:
        frappe.local.session = frappe._dict(user="Guest", sid="Guest", data=frappe._dict())
    if status >= 500:
        _keep(error)
    if isinstance(error, frappe.SessionStopped):
        response = frappe.utils.response.handle_session_stopped()
    elif _wants_json():
        response = frappe.utils.response.report_error(status)
    else:
        response = _error_page(status, error)
    if type(error) is frappe.AuthenticationError and getattr(frappe.local, "login_manager", None):
        frappe.auth.clear_cookies()
    return response


def _wants_json() -> bool:
    request = frappe.local.request
    accepted = request.headers.get("Accept") or ""
    is_ajax = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    if "application/json" in accepted or (accepted and is_ajax):
        return True
    return bool(request.path.startswith("/api/") and not accepted.startswith("text"))


def _error_page(status: int, error: Exception) -> Response:
    title, text = SESSION_ERROR_PAGES.get(status, ("Error", ""))
    if isinstance(error, frappe.ValidationError | frappe.PermissionError) and str(error):
        text = frappe.utils.strip_html_tags(str(error))
    if status >= 500:
        title, text = "Server Error", "The server could not answer. The error was recorded."
    html = f"<p>{escape_html(_(text))}</p>"
    frappe.respond_as_web_page(_(title), html, http_status_code=status, indicator_color="red")
    return get_response("message", http_status_code=status)


def _keep(error: Exception) -> None:
    """The unexpected error as an Error Log row and in the log file; never a second error."""
    try:
        frappe.logger("web").exception(f"{frappe.local.request.method} {frappe.local.request.path}")
        frappe.utils.error.log_error_snapshot(error)
        frappe.db.commit()
    except Exception:
        _rollback()


def process_response(response: Response | None) -> None:
    if response is None:
        return
    if getattr(frappe.local, "cookie_manager", None):
        frappe.local.cookie_manager.flush_cookies(response)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store,no-cache,must-revalidate,max-age=0"


def static_application(proxy: bool = False) -> Any:
    """The application with the public files in front, as a web server would serve them."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    from frappe.website.static import serve_static

    def with_static(environ: Any, start_response: Any) -> Any:
        site = find_site(environ.get("HTTP_X_FRAPPE_SITE_NAME"), environ.get("HTTP_HOST", ""))
        answer = serve_static(environ, _sites_path, site)
        return (answer or application)(environ, start_response)

    return ProxyFix(with_static, x_for=1, x_proto=1, x_host=1) if proxy else with_static


def serve(
    port: int = 8000,
    no_reload: bool = False,
    no_threading: bool = False,
    site: str | None = None,
    sites_path: str = ".",
    proxy: bool = False,
) -> None:
    """Serves until stopped; the address comes from `host` in common_site_config.json."""
    global _site, _sites_path
    _site, _sites_path = site, sites_path
    config = frappe.get_common_site_config(sites_path)
    host = config.get("host") or "127.0.0.1"
    server = _server(
        static_application(proxy or bool(config.get("use_proxy"))), host, int(port), no_threading
    )
    signal.signal(signal.SIGTERM, _stop)
    print(f"Serving on http://{host}:{port}", flush=True)
    server.run()


def _server(app: Any, host: str, port: int, no_threading: bool) -> Any:
    from waitress.server import create_server

    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=1 if no_threading else 16,
            ident=None,
            backlog=256,
            connection_limit=512,
            channel_timeout=60,
            max_request_body_size=MAX_BODY,
        )
    except OSError as error:
        raise SystemExit(
            f"Cannot listen on {host}:{port}: {error.strerror}. Is another server running there?"
        )


def _stop(*args: Any) -> None:
    raise SystemExit(0)


__all__ = ["UNSAFE_HTTP_METHODS", "application", "serve"]
