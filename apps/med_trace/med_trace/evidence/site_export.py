"""The whole audit trail as files in a folder, for an auditor with his own program: entries in the order of their seals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import frappe
from frappe.utils import get_system_timezone
from med_trace.domain.canonical import canonical_bytes
from med_trace.domain.errors import BadInput
from med_trace.evidence import package, proof_lines
from med_trace.evidence.proof_lines import Line, json_line
from med_trace.ledger.audit import export, scope, sealing, state
from med_trace.ledger.shown import shown
from med_trace.ledger.tables import chunks


@shown()
def export_audit(folder: str | Path) -> dict[str, int]:
    """Write everything that proves the trail into an empty folder; returns how many of each. Seals what waits first.

    Read a piece at a time: a million entries need no more memory than a thousand. Raises BadInput for a folder
    that has something in it.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput("{0}: give a folder that is empty or not there yet.", str(folder), field="folder")
    (target / "audit").mkdir(parents=True, exist_ok=True)
    sealing.seal_now()
    seals = export.seal_statements(with_entries=True)
    said = {"kind": "site", "time_zone": get_system_timezone(), "as_of": package.as_of_seal(seals[-1])}
    streams = {
        "audit/entries.jsonl": _entries(seals),
        "audit/events.jsonl": _events(),
        "audit/signatures.jsonl": proof_lines.signature_lines(_all_names("Electronic Signature")),
        "audit/records.jsonl": _records(),
        "audit/seals.jsonl": seals,
    }
    counts = {name: _write(target / name, lines) for name, lines in streams.items()}
    plain = {"audit/anchors.json": package.pretty(package.plain(export.anchors()))}
    plain |= {"keys.json": package.pretty(export.public_keys()), **package.program_files()}
    for name, data in plain.items():
        (target / name).write_bytes(data)
    named = {name: _described(target / name) for name in sorted([*streams, *plain])}
    manifest, signature = package.signed_manifest(named, said | {"counts": counts})
    (target / "manifest.json").write_bytes(manifest)
    (target / "manifest.sig").write_bytes(signature)
    return counts


def _write(path: Path, lines: Iterable[Line]) -> int:
    count = 0
    with path.open("wb") as stream:
        for line in lines:
            stream.write(json_line(line))
            count += 1
    return count


def _described(path: Path) -> dict[str, Any]:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            found.update(block)
    return {"sha256": found.hexdigest(), "size": path.stat().st_size}


def _entries(seals: Iterable[dict[str, Any]]) -> Iterator[Line]:
    """Block by block; an entry that no seal holds stands at the end and waits, or was refused by the sealer."""
    sealed: set[str] = set()
    for seal in seals:
        sealed.update(seal["entries"])
        for chunk in chunks(seal["entries"], proof_lines.PER_READ):
            found = proof_lines.entries_named(chunk)
            yield from (_line(found[name]) for name in chunk if name in found)
    for chunk in chunks(_all_names("Audit Entry"), proof_lines.PER_READ):
        waiting = [name for name in chunk if name not in sealed]
        yield from (_line(row) for _name, row in sorted(proof_lines.entries_named(waiting).items()))


def _line(row: Any) -> Line:
    return proof_lines.entry_line(row) | {"hash": row["entry_hash"]}


def _events() -> Iterator[Line]:
    for chunk in chunks(_all_names("Trace Event"), proof_lines.PER_READ):
        query = (
            "select document_name, salt from `tabAudit Entry` where document_name in %s and kind = 'Recorded'"
        )
        salts = dict(frappe.db.sql(query, (tuple(chunk),)))
        yield from proof_lines.event_lines(chunk, salts, lambda row: True)
        for name in sorted(set(chunk) - salts.keys()):  # without an entry: the verifier has to see it
            yield from proof_lines.event_lines([name], {name: ""}, lambda row: True)


def _records() -> Iterator[Line]:
    for doctype in scope.own_doctypes():
        if frappe.get_meta(doctype).issingle:
            yield _record(doctype, doctype, state.stored_state(doctype, doctype))
            continue
        for chunk in chunks(_all_names(doctype), proof_lines.PER_READ):
            yield from proof_lines.record_lines((doctype, name) for name in chunk)


def _record(doctype: str, name: str, said: dict[str, Any] | None) -> Line:
    content = canonical_bytes(said or {}).decode("utf-8")
    return {"document_type": doctype, "document_name": name, "content": content}


def _all_names(doctype: str) -> list[str]:
    return frappe.db.sql(f"select name from `tab{doctype}` order by name", pluck=True)
