"""Public files without a session: /assets/<app>/… of the apps, /files/… of the site."""

import importlib.util
import mimetypes
import os
import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from werkzeug.exceptions import NotFound
from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from frappe.utils.response import INLINE_TYPES

HASHED_NAME = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.\w+$")
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("font/woff2", ".woff2")


def serve_static(environ: dict[str, Any], sites_path: str, site: str | None) -> Any:
    """The file behind the address as a WSGI answer; None when the address is not one of a public file."""
    path = environ.get("PATH_INFO", "")
    if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
        return None
    if path.startswith("/assets/"):
        app, _, name = path.removeprefix("/assets/").partition("/")
        return _send(environ, _public_folder(app), name, uploaded=False)
    if path.startswith("/files/"):
        folder = os.path.join(sites_path, site, "public", "files") if site else None
        return _send(environ, folder, unquote(path.removeprefix("/files/")), uploaded=True)
    return None


@lru_cache(maxsize=32)
def _public_folder(app: str) -> str | None:
    spec = importlib.util.find_spec(app) if app.isidentifier() else None
    places = list(spec.submodule_search_locations or []) if spec else []
    return os.path.join(places[0], "public") if places else None


def _send(environ: dict[str, Any], folder: str | None, name: str, uploaded: bool) -> Any:
    base = os.path.realpath(folder) if folder else ""
    full = os.path.realpath(os.path.join(base, name.replace("\0", "")))
    if not base or not full.startswith(base + os.sep) or not os.path.isfile(full):
        return NotFound().get_response(environ)
    response = send_file(
        full, environ, conditional=True, as_attachment=uploaded and not full.lower().endswith(INLINE_TYPES)
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    if uploaded:
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    _set_age(response, full)
    return response


def _set_age(response: Response, full: str) -> None:
    """A name with a hash never changes its content; anything else is asked for again."""
    if HASHED_NAME.search(os.path.basename(full)):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
