"""The evidence package of one lot: a zip that an auditor takes home and verifies there. Same input, same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from frappe import _
from med_trace.evidence.disclosure import Disclosure, disclose
from med_trace.evidence.files import path_of
from med_trace.evidence.history import history_of_story, plain
from med_trace.evidence.history_print import history_pdf
from med_trace.evidence.printing import moment, speaking
from med_trace.evidence.proof_lines import json_line
from med_trace.evidence.story import story_of
from med_trace.ledger.audit import export, keys
from med_trace.ledger.shown import shown
from med_trace.trace import service as trace

FORMAT = "med_trace evidence 1"
HERE = Path(__file__).parent
NOT_IN_A_NAME = re.compile(r"[^\w.()+-]+")


@shown()
def package_of(lot: str, language: str = "en") -> bytes:
    """The zip, as of the last seal over an entry about this lot. Raises NotFound, CannotBeSealed, AuditKeyMissing."""
    story = story_of(lot)
    history = history_of_story(story)
    disclosure = disclose(story, history["files"])
    seals = export.seal_statements(until=disclosure.last_seal)
    as_of = as_of_seal(seals[-1])
    files = {
        "history.json": pretty(history),
        "history.pdf": _pdf(history, language, as_of),
        "trace.json": pretty(plain({way: getattr(trace, way)(story.lot) for way in ("backward", "forward")})),
        **_attached(history["files"]),
        **proof_files(disclosure, seals, disclosure.last_seal),
        **program_files(),
    }
    said = {"kind": "lot", "lot": story.lot, "language": language, "time_zone": history["time_zone"]}
    counts = {"entries": len(disclosure.entries), "lots": len(story.lots)}
    return zipped(with_manifest(files, said | {"as_of": as_of, "counts": counts}), as_of["sealed_at"])


def as_of_seal(seal: dict[str, Any]) -> dict[str, Any]:
    """The seal up to which evidence goes."""
    return {
        "number": seal["number"],
        "hash": seal["hash"],
        "sealed_at": json.loads(seal["statement"])["sealed_at"],
    }


def _pdf(history: dict[str, Any], language: str, as_of: dict[str, Any]) -> bytes:
    with speaking(language):
        line = _("As of audit seal {0} of {1}").format(as_of["number"], moment(as_of["sealed_at"]) + " UTC")
    return history_pdf(history, language, as_of["sealed_at"][:19] + "Z", line)


def proof_files(disclosure: Disclosure, seals: list[dict[str, Any]], until: int) -> dict[str, bytes]:
    return {
        "audit/entries.jsonl": b"".join(map(json_line, disclosure.entry_lines())),
        "audit/events.jsonl": b"".join(map(json_line, disclosure.event_lines())),
        "audit/signatures.jsonl": b"".join(map(json_line, disclosure.signature_lines())),
        "audit/records.jsonl": b"".join(map(json_line, disclosure.record_lines())),
        "audit/seals.jsonl": b"".join(map(json_line, seals)),
        "audit/anchors.json": pretty(plain(export.anchors(until=until))),
        "keys.json": pretty(export.public_keys()),
    }


def program_files() -> dict[str, bytes]:
    """What verifies, and how."""
    return {name: (HERE / name).read_bytes() for name in ("verify_evidence.py", "HOWTO.txt")}


def _attached(files: Iterable[dict[str, Any]]) -> dict[str, bytes]:
    """Each content once, named by its hash and its first name."""
    found: dict[str, bytes] = {}
    for file in files:
        path = path_of(file["file_url"]) if not file["missing"] else None
        if path:
            name = NOT_IN_A_NAME.sub("_", file["file_name"] or path.name)
            found.setdefault(file["sha256"], (f"files/{file['sha256'][:12]}-{name}", path.read_bytes()))
    return dict(found.values())


def with_manifest(files: dict[str, bytes], said: dict[str, Any]) -> dict[str, bytes]:
    """All files, those that vouch for the others first."""
    named = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in files.items()
    }
    manifest, signature = signed_manifest(named, said)
    return {"manifest.json": manifest, "manifest.sig": signature, **files}


def signed_manifest(named: dict[str, dict[str, Any]], said: dict[str, Any]) -> tuple[bytes, bytes]:
    """manifest.json and manifest.sig for these files."""
    key = keys.signing_key()
    manifest = pretty({"format": FORMAT, "key_id": key.key_id, "files": named, **said})
    return manifest, key.sign(manifest.decode("utf-8")).encode("ascii") + b"\n"


def pretty(value: Any) -> bytes:
    """JSON that a person can read, in the order of its keys' names."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False).encode("utf-8") + b"\n"


def zipped(files: dict[str, bytes], dated: str) -> bytes:
    """Every file has the date of the seal, so that the same files are the same zip."""
    date = tuple(int(part) for part in re.findall(r"\d+", dated)[:6])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, date)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, data)
    return out.getvalue()
