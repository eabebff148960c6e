"""Which proofs a package for one lot holds: entries about its records, with what would show other lots left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from med_trace.domain.errors import TraceError
from med_trace.evidence import proof_lines
from med_trace.evidence.proof_lines import Line
from med_trace.evidence.story import BY_ROWS, Story
from med_trace.ledger.audit import proofs, sealing
from med_trace.ledger.fetch import fetch


class CannotBeSealed(TraceError):
    """Entries about this lot are not what was written, so that no seal can vouch for them."""


@dataclass(frozen=True)
class Disclosure:
    """The entries of a story by name, their proofs, and the records that concern other lots as well."""

    story: Story
    entries: dict[str, Mapping[str, Any]]
    proofs: dict[str, Line]
    shared: frozenset[tuple[str, str]]
    shared_events: frozenset[str]

    @property
    def last_seal(self) -> int:
        return max(proof["seal"] for proof in self.proofs.values())

    def entry_lines(self) -> Iterator[Line]:
        for name in sorted(self.entries):
            row = self.entries[name]
            yield proof_lines.entry_line(row, self.proofs[name], self._is_withheld(row))

    def event_lines(self) -> Iterator[Line]:
        salts = {
            row["document_name"]: row["salt"] for row in self.entries.values() if row["kind"] == "Recorded"
        }
        inside = set(self.story.lots)
        return proof_lines.event_lines(self.story.events, salts, lambda row: row["lot"] in inside)

    def signature_lines(self) -> Iterator[Line]:
        signed = {pair for pair in self.story.pairs() if pair not in self.shared}
        names = sorted({name for _, name in signed})
        rows = fetch(
            "Electronic Signature", names, ["name", "document_type", "document_name"], by="document_name"
        )
        own = [row["name"] for row in rows if (row["document_type"], row["document_name"]) in signed]
        return proof_lines.signature_lines(own)

    def record_lines(self) -> Iterator[Line]:
        return proof_lines.record_lines(pair for pair in self.story.pairs() if pair not in self.shared)

    def _is_withheld(self, row: Mapping[str, Any]) -> bool:
        if row["kind"] == "Recorded":
            return row["document_name"] in self.shared_events
        pair = (row["document_type"], row["document_name"])
        return pair in self.shared or (pair[0] in BY_ROWS and self._names_other_lots(row["changes"]))

    def _names_other_lots(self, changes: str | None) -> bool:
        """A row that was taken out again is still told by the entry that took it out."""
        return bool(_lots_in(json.loads(changes or "[]")) - set(self.story.lots))


def disclose(story: Story, files: list[dict[str, Any]]) -> Disclosure:
    """Seals what waits when an entry of the story does. Raises CannotBeSealed."""
    entries = _entries(story, files)
    found = _sealed(entries)
    return Disclosure(story, entries, found, _shared_records(story), _shared_events(story))


def _entries(story: Story, files: list[dict[str, Any]]) -> dict[str, Mapping[str, Any]]:
    about = {**story.records, "Trace Event": list(story.events), "File": [one["file"] for one in files]}
    rows = (row for doctype, names in about.items() for row in proof_lines.entries_about(doctype, names))
    return {row["name"]: row for row in rows}


def _sealed(entries: Mapping[str, Any]) -> dict[str, Line]:
    found = proofs.proofs_of(entries)
    if len(found) < len(entries):
        sealing.seal_now()
        found = proofs.proofs_of(entries)
    if lacking := sorted(entries.keys() - found.keys()):
        raise CannotBeSealed(
            "{0} audit entries about this lot cannot be sealed, the first is {1}: run med-trace verify.",
            *(len(lacking), lacking[0]),
        )
    return found


def _shared_records(story: Story) -> frozenset[tuple[str, str]]:
    """NCRs and recalls that name lots outside the story."""
    inside, shared = set(story.lots), set()
    for doctype, rows in BY_ROWS.items():
        for row in fetch(rows, story.names(doctype), ["parent", "lot"], by="parent"):
            if row["lot"] not in inside:
                shared.add((doctype, row["parent"]))
    return frozenset(shared)


def _shared_events(story: Story) -> frozenset[str]:
    inside = set(story.lots)
    rows = fetch("Trace Event Item", story.events, ["parent", "lot"], by="parent")
    return frozenset(row["parent"] for row in rows if row["lot"] not in inside)


def _lots_in(changes: list[dict[str, Any]]) -> set[str]:
    found = set()
    for change in changes:
        for value in (change.get("old"), change.get("new")):
            if isinstance(value, dict) and value.get("lot"):
                found.add(value["lot"])
            elif change["field"].endswith(".lot") and value:
                found.add(value)
    return found
