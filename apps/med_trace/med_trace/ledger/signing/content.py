"""What a signature covers: the fields and rows of a document and the bytes of its files.

Files are covered by their hashes: those attached to the document, and those that its Attach fields name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import frappe
from frappe.model.document import Document
from med_trace.domain.canonical import content_of

FILES = "attached_files"
# Signatures of the first scheme cover no files.
WITH_FILES = 2
FILE_FIELDS = ("Attach", "Attach Image")
MISSING = "missing"
CHUNK = 1 << 20


def signed_content(document: Document, left_out: Iterable[str], scheme: int = WITH_FILES) -> dict[str, Any]:
    """The content without the fields `left_out`, ready for `canonical_bytes`."""
    left_out = set(left_out)
    content = content_of(document.as_dict(no_default_fields=False), left_out)
    if scheme >= WITH_FILES and FILES not in left_out:
        files = sorted(_files_of(document, left_out), key=lambda file: (file["file"], file["sha256"]))
        content.update({FILES: files} if files else {})
    return content


def left_out_of(document: Document, meaning: str, by_rule: str | None = None) -> list[str]:
    """What is not part of the content: the controller's list, the rule's, and what other apps keep up to date."""
    own = getattr(document, "unsigned_fields", ())
    own = own(meaning) if callable(own) else own
    listed = [field.strip() for field in (by_rule or "").replace(",", "\n").splitlines()]
    return sorted({*own, *filter(None, listed), *_progress_fields(document)})


def _progress_fields(document: Document) -> Iterator[str]:
    """Fields that no person enters and no copy keeps (status, percentages): the system moves them on."""
    if type(document).__module__.startswith("med_trace."):  # says itself what is signed
        return
    if document.meta.has_field("set_posting_time") and not document.get("set_posting_time"):
        yield from ("posting_date", "posting_time")  # a stock document takes those of its submission
    tables = [("", document.meta)]
    tables += [
        (f"{table.fieldname}.", frappe.get_meta(table.options)) for table in document.meta.get_table_fields()
    ]
    for prefix, meta in tables:
        for field in meta.fields:
            if field.read_only and field.no_copy:
                yield prefix + field.fieldname


def _files_of(document: Document, left_out: set[str]) -> Iterator[dict[str, str]]:
    attached = {"attached_to_doctype": document.doctype, "attached_to_name": document.name, "is_folder": 0}
    for file in frappe.get_all("File", filters=attached, fields=["name", "file_name", "file_url"]):
        yield {"file": file.file_name or file.file_url or file.name, "sha256": _sha256(file.name)}
    for place, url in _attach_fields(document, left_out):
        name = frappe.db.get_value("File", {"file_url": url})
        if name:
            yield {"file": place, "sha256": _sha256(name)}


def _attach_fields(document: Document, left_out: set[str]) -> Iterator[tuple[str, str]]:
    for field in _attaching(document):
        if field not in left_out and document.get(field):
            yield field, document.get(field)
    for table in document.meta.get_table_fields():
        for row in document.get(table.fieldname) or () if table.fieldname not in left_out else ():
            for field in _attaching(row):
                if f"{table.fieldname}.{field}" not in left_out and row.get(field):
                    yield f"{table.fieldname}[{row.idx}].{field}", row.get(field)


def _attaching(record: Document) -> list[str]:
    return [field.fieldname for field in record.meta.get("fields", {"fieldtype": ("in", FILE_FIELDS)})]


def _sha256(file: str) -> str:
    """The hash of a stored file's bytes; "missing" when they are gone, the address when they lie elsewhere."""
    document = frappe.get_doc("File", file)
    if (document.file_url or "").startswith(("http://", "https://")):
        return document.file_url
    path = Path(document.get_full_path())
    if not path.is_file():
        return MISSING
    hashed = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()
