"""Evidence packages, changed by somebody who knows how they are made: the stand-alone program refuses each of them.

Two attackers: one without keys, who changes a file and mends the manifest as far as he can; and one inside, who has
the manifest signed by the site itself. The first is stopped by the manifest, the second by seals and proofs.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builders import a_customer, a_delivery, a_lot_release, a_made_lot
from med_trace.evidence import verify_evidence
from med_trace.evidence.package import package_of, signed_manifest, with_manifest
from proof.size import SEED, chance, report, size

pytestmark = pytest.mark.requirement("AUD-4", "EVI-2")

Files = dict[str, bytes]
VOUCHING = ("manifest.json", "manifest.sig")
BOUND = ("audit/entries.jsonl", "audit/events.jsonl", "audit/signatures.jsonl", "audit/records.jsonl")


@pytest.fixture
def package(site: str) -> Files:
    """Of a lot that was made, released and shipped."""
    lot = a_made_lot()
    a_lot_release(lot)
    a_delivery(lot, 2, a_customer())
    with zipfile.ZipFile(io.BytesIO(package_of(lot))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def said_of(files: Files, folder: Path) -> list[str]:
    """What the program says, a line each; nothing when all holds."""
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    try:
        found = verify_evidence.Verification(verify_evidence.Source(path)).run()
    except (LookupError, ValueError) as error:
        return [f"manifest.json: {error!r}"]
    return [f"{place}: {what}" for place, what in found]


# -- without keys


def a_byte(files: Files, draw: random.Random) -> str:
    name = draw.choice([one for one in files if files[one]])
    data = bytearray(files[name])
    at = draw.randrange(len(data.rstrip()))
    data[at] ^= 1 << draw.randrange(7)
    files[name] = bytes(data)
    return name.replace("manifest.sig", "manifest.json")  # the one stands or falls with the other


def a_file_gone(files: Files, draw: random.Random) -> str:
    name = draw.choice([one for one in files if one not in VOUCHING])
    del files[name]
    return name


def a_file_more(files: Files, draw: random.Random) -> str:
    name = f"files/{draw.random()}.txt"
    files[name] = b"was here all the time"
    return name


def a_mended_manifest(files: Files, draw: random.Random) -> str:
    """A changed file, its hash in the manifest made to fit; the signature cannot be."""
    name = draw.choice([one for one in files if one not in VOUCHING])
    files[name] += b" "
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name]["sha256"] = hashlib.sha256(files[name]).hexdigest()
    files["manifest.json"] = (
        json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"
    )
    return "manifest.json"


def two_files_swapped(files: Files, draw: random.Random) -> str:
    names = [one for one in files if one.startswith(("audit/", "history"))]
    one, other = draw.sample(names, 2)
    if files[one] == files[other]:
        return a_byte(files, draw)
    files[one], files[other] = files[other], files[one]
    return one


# -- with the site's own signature under the manifest


def a_value(files: Files, draw: random.Random) -> str:
    """One value that the seals cover, in one line of the proofs."""
    name = draw.choice([one for one in BOUND if files.get(one, b"").strip()])
    lines = [json.loads(line) for line in files[name].splitlines()]
    line = draw.choice(lines)
    place, holder = _covered(name, line, draw)
    key = draw.choice(
        [key for key, value in holder.items() if isinstance(value, str | int | float) and value]
    )
    holder[key] = f"{holder[key]}0" if isinstance(holder[key], str) else holder[key] + 1
    _put(files, name, lines)
    return place


def _covered(name: str, line: dict[str, Any], draw: random.Random) -> tuple[str, dict[str, Any]]:
    if name == "audit/entries.jsonl":
        return "", line["leaf"]
    if name == "audit/events.jsonl":
        rows = [part["row"] for part in (line["event"], *line["rows"]) if "row" in part]
        return line["name"], draw.choice(rows)
    if name == "audit/records.jsonl":
        return line["document_name"], line
    return line["name"], line


def a_line_gone(files: Files, draw: random.Random) -> str:
    name = draw.choice([one for one in (*BOUND[:2], "audit/seals.jsonl") if files.get(one, b"").strip()])
    lines = [json.loads(line) for line in files[name].splitlines()]
    lines.pop(draw.randrange(len(lines)))
    _put(files, name, lines)
    return ""


def a_line_twice(files: Files, draw: random.Random) -> str:
    name = draw.choice(("audit/entries.jsonl", "audit/seals.jsonl"))
    lines = [json.loads(line) for line in files[name].splitlines()]
    lines.insert(draw.randrange(len(lines)), draw.choice(lines))
    _put(files, name, lines)
    return ""


def a_seal_signed_again(files: Files, draw: random.Random) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    lines = [json.loads(line) for line in files["audit/seals.jsonl"].splitlines()]
    seal = draw.choice(lines)
    seal["signature"] = Ed25519PrivateKey.generate().sign(seal["statement"].encode()).hex()
    _put(files, "audit/seals.jsonl", lines)
    return f"seal {json.loads(seal['statement'])['number']}"


def _put(files: Files, name: str, lines: list[Any]) -> None:
    texts = (json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for line in lines)
    files[name] = "".join(f"{text}\n" for text in texts).encode()


def signed_inside(files: Files) -> Files:
    """The manifest made anew and signed by the site, as if nothing were wrong."""
    said = json.loads(files["manifest.json"])
    kept = {key: value for key, value in said.items() if key not in ("files", "key_id", "format")}
    return with_manifest({name: data for name, data in files.items() if name not in VOUCHING}, kept)


OUTSIDE: tuple[Callable[[Files, random.Random], str], ...] = (
    a_byte,
    a_file_gone,
    a_file_more,
    a_mended_manifest,
    two_files_swapped,
)
INSIDE: tuple[Callable[[Files, random.Random], str], ...] = (
    a_value,
    a_line_gone,
    a_line_twice,
    a_seal_signed_again,
)


def test_every_change_of_a_package_is_found_and_its_place_named(package: Files, tmp_path: Path) -> None:
    draw, done, missed = chance("package"), Counter(), []
    assert said_of(package, tmp_path) == []
    assert said_of(signed_inside(package), tmp_path) == []
    for _ in range(size("package")):
        change = draw.choice((*OUTSIDE, *INSIDE))
        files = dict(package)
        place = change(files, draw)
        said = said_of(signed_inside(files) if change in INSIDE else files, tmp_path)
        done[change.__name__] += 1
        if not said or not any(place in line or "cannot be understood" in line for line in said):
            missed.append(f"{change.__name__} {place}: {said[:2]}")
    report("package", changes=done.total(), not_found=len(missed), kinds=dict(done))
    assert not missed, f"seed {SEED}\n" + "\n".join(missed)


def test_a_signed_manifest_needs_the_site(package: Files) -> None:
    manifest, signature = signed_manifest({}, {"kind": "lot"})
    assert manifest and signature.strip() != package["manifest.sig"].strip()
