"""The one page that carries the app in the browser: who looks, and which built files to load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import frappe
from med_trace.api.screen import boot

no_cache = 1
BUILT = Path(__file__).parents[1] / "public" / "frontend"
ADDRESS = "/assets/med_trace/frontend/"
ENTRY = "src/main.ts"


def get_context(context: Any) -> Any:
    if frappe.session.user == "Guest":
        frappe.local.flags.redirect_location = f"/login?redirect-to={quote(_wanted())}"
        raise frappe.Redirect(302)
    context.no_cache = 1
    context.built = built_files()
    context.app_boot = boot()
    return context


def _wanted() -> str:
    """The address that was asked for, with its filters."""
    return str(frappe.request.full_path).rstrip("?")


def built_files() -> dict[str, list[str]] | None:
    """Addresses of the script, its styles and what it imports; None where nothing is built."""
    try:
        manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    chunks = _with_imports(manifest, ENTRY)
    return {
        "script": [ADDRESS + manifest[ENTRY]["file"]],
        "modules": [ADDRESS + manifest[key]["file"] for key in chunks if key != ENTRY],
        "styles": [ADDRESS + name for key in chunks for name in manifest[key].get("css", [])],
    }


def _with_imports(manifest: dict[str, Any], entry: str) -> list[str]:
    found: list[str] = []
    waiting = [entry]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.append(key)
            waiting += manifest[key].get("imports", [])
    return found
