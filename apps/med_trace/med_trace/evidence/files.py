"""The files of a story's records: certificates, machine recordings, attachments; each with the hash of its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import frappe
from med_trace.evidence.story import Story
from med_trace.ledger.fetch import fetch

_FIELDS = "name file_name file_url is_private attached_to_doctype attached_to_name attached_to_field file_size".split()
_HAVE_FILES = (
    "Material Lot",
    "Process Record",
    "Inspection Record",
    "NCR",
    "Lot Release",
    "Process Routing",
    "Inspection Plan",
    "Qualification",
)


def files_of(story: Story) -> list[dict[str, Any]]:
    """By record. `sha256` is None where the file is not on this machine: `missing` then says so."""
    rows = []
    for doctype in _HAVE_FILES:
        found = fetch("File", story.names(doctype), _FIELDS, by="attached_to_name")
        rows += [row for row in found if row["attached_to_doctype"] == doctype]
    return [_described(row) for row in sorted(rows, key=_order)]


def _order(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        str(row[key] or "") for key in ("attached_to_doctype", "attached_to_name", "file_name", "name")
    )


def _described(row: dict[str, Any]) -> dict[str, Any]:
    path = path_of(row["file_url"])
    data = path.read_bytes() if path else None
    return {
        "file": row["name"],
        "file_name": row["file_name"],
        "file_url": row["file_url"],
        "document_type": row["attached_to_doctype"],
        "document_name": row["attached_to_name"],
        "field": row["attached_to_field"],
        "size": len(data) if data is not None else None,
        "sha256": hashlib.sha256(data).hexdigest() if data is not None else None,
        "missing": data is None,
    }


def path_of(url: str | None) -> Path | None:
    """Where a file of this site lies; None for one elsewhere, one that is gone, or one outside the site's folders."""
    for prefix, folder in _folders():
        if url and url.startswith(prefix):
            path = (folder / unquote(url.removeprefix(prefix))).resolve()
            return path if folder in path.parents and path.is_file() else None
    return None


def _folders() -> Iterator[tuple[str, Path]]:
    yield "/private/files/", Path(frappe.get_site_path("private", "files")).resolve()
    yield "/files/", Path(frappe.get_site_path("public", "files")).resolve()
