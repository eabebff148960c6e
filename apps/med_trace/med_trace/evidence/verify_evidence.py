#!/usr/bin/env python3
"""Verifies evidence of med_trace without the system that made it.

    python3 verify_evidence.py evidence-LOT.zip            a package for one lot (zip or unpacked folder)
    python3 verify_evidence.py FOLDER                      an export of a whole audit trail
    python3 verify_evidence.py evidence-LOT.zip --key F    and require that the keys go back to fingerprint F

Ends with 0 when everything holds, with 1 when something does not (each place is named), with 2 when there is nothing
to read. Needs Python 3.8 or newer and the package `cryptography`; nothing else, no network, no site.

How the proof goes, from the whole to the single value:
  1. manifest.json names every file with its SHA-256; manifest.sig is its Ed25519 signature by the site's key.
  2. keys.json: each key is introduced by a statement that it and the key before it have signed.
  3. audit/seals.jsonl: each seal states the Merkle root (RFC 6962) of a block of audit entries and the hash of the
     seal before it, and is signed. So nothing can be changed, taken out, put in or moved without breaking a seal.
  4. audit/entries.jsonl: each entry is hashed again and led by its proof to the root that its seal states. An entry
     may come without its values when they would show something of other lots; its hash is proven all the same.
  5. audit/events.jsonl, signatures.jsonl, records.jsonl: what the ledger, the signatures and the records say is
     hashed again and must be what their entries bind. Rows of other lots are there as hashes only.
  6. history.json must tell of exactly these events, signatures and files.
What it cannot show: that the site entered what really happened; that is what signatures and inspections are for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # said in words, not in a traceback
    sys.exit("This program needs the Python package 'cryptography': pip install cryptography")


# -- bytes and hashes


def canonical(value) -> bytes:
    """The one byte sequence of a value: JSON with sorted keys, without spaces, in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def leaf_hash(leaf: dict) -> bytes:
    """RFC 6962: a leaf is hashed with a byte 0x00 before it, an inner node with 0x01."""
    return hashlib.sha256(b"\0" + canonical(leaf)).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def merkle_root(leaves: list) -> bytes:
    """The root of a whole block; a node without a partner rises as it is."""
    level = list(leaves) or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def proven_root(leaf: bytes, index: int, count: int, path: list):
    """The root that a proof leads to; None when it has not the length that leaf `index` of `count` needs."""
    if not 0 <= index < count:
        return None
    steps, last, found = list(path), count - 1, leaf
    while last > 0:
        if index % 2 or index < last:
            if not steps:
                return None
            step = bytes.fromhex(steps.pop(0))
            found = node(step, found) if index % 2 else node(found, step)
        index, last = index // 2, last // 2
    return None if steps else found


def values_hash(entry: dict) -> str:
    """Binds what was changed and why: sha256 of the salt and of the two texts."""
    texts = [entry.get("changes") or "", entry.get("reason") or ""]
    return sha(bytes.fromhex(entry["salt"]) + canonical(texts))


def is_signed(public_key: str, signature: str, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return bytes.fromhex(signature).hex() == signature  # as it was written, without capitals and blanks


# -- the input


class Source:
    """The files of a package, in a zip or in a folder."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path) if path.is_file() else None
        self.folder = path
        inside = self.zip.namelist() if self.zip else self.files()
        self.names = [name for name in inside if not name.endswith("/")]

    def files(self) -> list:
        return [one.relative_to(self.folder).as_posix() for one in self.folder.rglob("*") if one.is_file()]

    def open(self, name: str):
        return self.zip.open(name) if self.zip else (self.folder / name).open("rb")

    def read(self, name: str) -> bytes:
        with self.open(name) as stream:
            return stream.read()

    def json(self, name: str):
        return json.loads(self.read(name))

    def lines(self, name: str):
        """The values of a file with one JSON value a line, read as they come."""
        if name in self.names:
            with self.open(name) as stream:
                for line in stream:
                    yield json.loads(line)

    def sha(self, name: str) -> str:
        found = hashlib.sha256()
        with self.open(name) as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                found.update(block)
        return found.hexdigest()


class Verification:
    """Goes through the evidence once; `findings` are (place, what is wrong)."""

    def __init__(self, source: Source) -> None:
        self.source, self.findings, self.notes, self.counts = source, [], [], {}
        self.keys, self.seals, self.entries = {}, {}, set()
        self.bound = {}  # (kind, document type, name) -> the content hashes that entries bind
        self.last_content, self.signed = {}, {}  # the last entry of a record; entries of signatures by hash
        self.manifest = source.json("manifest.json")
        self.is_site = self.manifest.get("kind") == "site"

    def run(self) -> list:
        steps = [self.check_files, self.check_keys, self.check_manifest, self.check_seals]
        steps += [self.check_blocks] if self.is_site else [self.check_entries]
        steps += [self.check_events, self.check_signatures, self.check_records, self.check_anchors]
        for step in steps if self.is_site else [*steps, self.check_history]:
            try:
                step()
            except (LookupError, ValueError, TypeError, AttributeError, OSError, zipfile.BadZipFile) as error:
                self.wrong(step.__name__.replace("check_", ""), f"cannot be understood: {error!r}")
        return self.findings

    def wrong(self, place: str, what: str) -> None:
        self.findings.append((place, what))

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    # 1. files and manifest

    def check_files(self) -> None:
        listed = self.manifest["files"]
        for name in sorted({one for one in self.source.names if self.source.names.count(one) > 1}):
            self.wrong(name, "is in the package twice")
        for name in sorted(set(self.source.names) - set(listed) - {"manifest.json", "manifest.sig"}):
            self.wrong(name, "is not named in manifest.json: it was added")
        for name, said in sorted(listed.items()):
            if name not in self.source.names:
                self.wrong(name, "is named in manifest.json and missing")
            elif self.source.sha(name) != said["sha256"]:
                self.wrong(name, "is not the file that manifest.json names: it was changed")
            else:
                self.count("files")

    def check_manifest(self) -> None:
        key = self.keys.get(self.manifest["key_id"], "")
        signature = self.source.read("manifest.sig").decode("ascii", "replace").strip()
        if not is_signed(key, signature, self.source.read("manifest.json")):
            self.wrong("manifest.json", "is not signed by the site's key: it, or its signature, was changed")

    # 2. keys

    def check_keys(self) -> None:
        before = None
        for row in self.source.json("keys.json"):
            said, text = json.loads(row["statement"]), row["statement"].encode("utf-8")
            place, public = f"key {said['key_id']}", said["public_key"]
            if sha(bytes.fromhex(public))[:16] != said["key_id"] or row["key_id"] != said["key_id"]:
                self.wrong(place, "its id is not the hash of its public key")
            if not is_signed(public, row["signature"], text):
                self.wrong(place, "has not signed its own introduction")
            if said["introduced_by"] != (before["key_id"] if before else ""):
                self.wrong(place, "is not introduced by the key before it")
            elif said["lost"]:
                self.notes.append(
                    f"note: {place} replaced a lost one, which could not sign for it: {said['lost']}"
                )
            elif before and not is_signed(before["public_key"], row["signature_before"], text):
                self.wrong(place, f"the key before it, {before['key_id']}, has not signed its introduction")
            self.keys[said["key_id"]], before = public, said
        self.count("keys", len(self.keys))

    def fingerprint(self) -> str:
        first = next(iter(self.keys.values()), "")
        return sha(bytes.fromhex(first)) if first else ""

    # 3. seals

    def check_seals(self) -> None:
        previous, number = "", 0
        for row in self.source.lines("audit/seals.jsonl"):
            said, text = json.loads(row["statement"]), row["statement"].encode("utf-8")
            place, number = f"seal {said['number']}", number + 1
            if said["number"] != number:
                self.wrong(place, f"stands where seal {number} should: seals were removed, added or moved")
                number = said["number"]
            if said["previous"] != previous:
                self.wrong(place, "does not follow from the seal before it: the chain is broken here")
            if not is_signed(self.keys.get(said["key_id"], ""), row["signature"], text):
                self.wrong(place, "its signature does not hold")
            previous = sha(text)
            self.seals[number] = {**said, "hash": previous, "entries": row.get("entries") or []}
            self.count("seals")
        head = self.manifest["as_of"]
        if (head["number"], head["hash"]) != (number, previous):
            self.wrong("audit/seals.jsonl", f"does not end with seal {head['number']}: cut or replaced")

    # 4. entries

    def check_entry(self, entry: dict) -> bytes:
        """The hash of an entry, after its values were held against it."""
        leaf = entry["leaf"]
        name, kind, *about = (leaf.get(field) for field in ("name", "kind", "document_type", "document_name"))
        place = f"audit entry {name} ({kind} {about[0]} {about[1]})"
        if not entry.get("withheld") and values_hash(entry) != leaf["values_hash"]:
            self.wrong(place, "what was changed, or why, is not what was recorded")
        if name in self.entries:
            self.wrong(place, "occurs twice")
        self.entries.add(name)
        self.bound.setdefault((kind, *about), []).append(leaf.get("content_hash"))
        if leaf.get("content_hash") and kind not in ("Recorded", "Signed"):
            self.last_content[tuple(about)] = (name, leaf["content_hash"])
        if entry.get("hash", leaf_hash(leaf).hex()) != leaf_hash(leaf).hex():
            self.wrong(place, "was changed: it has not the hash that it had")
        if kind == "Signed" and not entry.get("withheld"):
            self.signed[leaf["content_hash"]] = place
        self.count("entries")
        return leaf_hash(leaf)

    def check_entries(self) -> None:
        """Of a package: each entry by its own proof."""
        before = ""
        for entry in self.source.lines("audit/entries.jsonl"):
            hashed, proof, leaf = self.check_entry(entry), entry["proof"], entry["leaf"]
            place = f"audit entry {leaf['name']} ({leaf['kind']} {leaf.get('document_name')})"
            seal = self.seals.get(proof["seal"], {"count": 0, "merkle_root": ""})
            root = proven_root(hashed, proof["index"], seal["count"], proof["path"])
            if root is None or root.hex() != seal["merkle_root"]:
                self.wrong(place, f"is not under seal {proof['seal']}: it was changed or put in")
            if leaf["name"] <= before:
                self.wrong(place, "does not stand in its place")
            before = leaf["name"]
        said = self.manifest["counts"]["entries"]
        if len(self.entries) != said:
            self.wrong("audit/entries.jsonl", f"has {len(self.entries)} entries of {said}")

    def check_blocks(self) -> None:
        """Of a whole site: the root of each block from all of its entries, in their order."""
        lines = self.source.lines("audit/entries.jsonl")
        for number, seal in sorted(self.seals.items()):
            leaves = []
            for name in seal["entries"]:
                entry = next(lines, {"leaf": {"name": "the end"}})
                if entry["leaf"].get("name") != name:
                    found = entry["leaf"].get("name")
                    self.wrong(f"audit entry {name}", f"is not in its place, but {found}: removed or moved")
                    return
                leaves.append(self.check_entry(entry))
            if len(leaves) != seal["count"] or merkle_root(leaves).hex() != seal["merkle_root"]:
                self.wrong(f"seal {number}", f"its {len(leaves)} entries are not those that were sealed")
        for entry in lines:
            self.check_entry(entry)
            self.count("entries not yet sealed")

    # 5. what the entries bind

    def check_events(self) -> None:
        told = set()
        for event in self.source.lines("audit/events.jsonl"):
            place = f"Trace Event {event['name']}"
            parts = [self.part_of(one, place) for one in (event["event"], *event["rows"])]
            found = "sha256:" + sha(canonical({"event": parts[0], "rows": parts[1:]}))
            if found not in self.bound.get(("Recorded", "Trace Event", event["name"]), ()):
                self.wrong(place, "is not what its audit entry recorded: it or a row was changed or put in")
            told.add(event["name"])
            self.count("events")
        for kind, _doctype, name in self.bound:
            if kind == "Recorded" and name not in told:
                self.wrong(f"Trace Event {name}", "has an audit entry and is missing: it was removed")

    def part_of(self, part: dict, place: str) -> str:
        """The hash of one row of an event; a row of another lot comes as its hash."""
        if "row" not in part:
            self.count("rows of other lots, as hashes")
            return part["hash"]
        if place != f"Trace Event {part['row'].get('parent', part['row']['name'])}":
            self.wrong(place, f"its row {part['row']['name']} belongs to another event")
        return sha(bytes.fromhex(part["blind"]) + canonical(part["row"]))

    def check_signatures(self) -> None:
        for row in self.source.lines("audit/signatures.jsonl"):
            about, content = (row["document_type"], row["document_name"]), row["content"].encode("utf-8")
            place = f"Electronic Signature {row['name']} on {about[0]} {about[1]}"
            signed, found = json.loads(content), "sha256:" + sha(canonical(row))
            self.signed.pop(found, None)
            if found not in self.bound.get(("Signed", *about), ()):
                self.wrong(place, "is not what its audit entry recorded: it was changed, moved or put in")
            if "sha256:" + sha(content) != row["content_hash"]:
                self.wrong(place, "the content kept with it is not what was signed")
            if (signed.get("doctype"), signed.get("name")) != about:
                self.wrong(place, f"was given on {signed.get('doctype')} {signed.get('name')}")
            self.count("signatures")
        for place in self.signed.values():
            self.wrong(place, "its signature is missing: it was removed or changed")

    def check_records(self) -> None:
        for record in self.source.lines("audit/records.jsonl"):
            about = (record["document_type"], record["document_name"])
            entry, bound = self.last_content.get(about, ("missing", ""))
            if "sha256:" + sha(record["content"].encode("utf-8")) != bound:
                self.wrong(" ".join(about), f"is not what its last audit entry {entry} says: it was changed")
            self.count("records")

    def check_anchors(self) -> None:
        """Time stamps by others must be for these seals; the tokens themselves are for `openssl ts -verify`."""
        for anchor in self.source.json("audit/anchors.json"):
            if self.seals.get(anchor["number"], {}).get("hash") != anchor["seal_hash"]:
                self.wrong(f"time stamp of seal {anchor['number']}", "is for another seal")
            self.count("time stamps")

    # 6. the story

    def check_history(self) -> None:
        history, lot = self.source.json("history.json"), self.manifest["lot"]
        if history["lot"]["name"] != lot:
            self.wrong("history.json", f"tells of lot {history['lot']['name']}, not of {lot}")
        recorded = {name for kind, _, name in self.bound if kind == "Recorded"}
        for name in sorted({event["name"] for event in history["events"]} ^ recorded):
            self.wrong(f"Trace Event {name}", "is in only one of history.json and the audit entries")
        told = [(one["document_type"], one["document_name"]) for one in history["signatures"]]
        bound = {tuple(about): len(found) for (kind, *about), found in self.bound.items() if kind == "Signed"}
        for about in sorted(set(told) | set(bound)):
            if told.count(about) != bound.get(about, 0):
                self.wrong(" ".join(about), "has other signatures in history.json than in the audit entries")
        there = {said["sha256"] for said in self.manifest["files"].values()}
        for file in history["files"]:
            if not file["missing"] and file["sha256"] not in there:
                self.wrong(f"file {file['file_name']} of {file['document_name']}", "is not in the package")


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("evidence", type=Path, help="a package (zip or folder), or the folder of an export")
    parser.add_argument("--key", help="the fingerprint of the site's first key, as you were told it")
    options = parser.parse_args(arguments)
    try:
        found = Verification(Source(options.evidence))
    except (OSError, zipfile.BadZipFile) as error:
        print(f"{options.evidence} cannot be read: {error}", file=sys.stderr)
        return 2
    except (LookupError, ValueError) as error:
        print(f"WRONG  manifest.json: missing, or not what was written: {error!r}")
        return 1
    findings = found.run()
    if options.key and options.key.lower().replace(":", "") != found.fingerprint():
        findings.append(("keys.json", "the first key is not the one whose fingerprint you gave"))
    about = "the whole audit trail" if found.is_site else f"lot {found.manifest.get('lot')}"
    print(f"Evidence for {about}, as of seal {found.manifest.get('as_of', {}).get('number')}")
    print("Checked: " + ", ".join(f"{number} {name}" for name, number in sorted(found.counts.items())))
    print(f"Fingerprint of the site's first key: {found.fingerprint()}")
    for line in [*found.notes, *(f"WRONG  {place}: {what}" for place, what in findings)]:
        print(line)
    print(f"{len(findings)} finding(s): this evidence does NOT hold." if findings else "Everything holds.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
