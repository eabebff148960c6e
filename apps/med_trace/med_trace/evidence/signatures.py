"""The electronic signatures on the records of a story, and whether each still covers what its record says."""

from __future__ import annotations

from typing import Any

from med_trace.evidence.story import Story
from med_trace.ledger.fetch import fetch
from med_trace.ledger.signing import signatures_of

_SHOWN = (
    "name signer printed_name meaning reason signed_at signed_at_utc time_zone content_hash valid changed"
).split()


def signatures_in(story: Story) -> list[dict[str, Any]]:
    """Oldest first. `valid`: the record is now what was signed; `changed`: the fields that are not."""
    signed = _signed_records(story)
    found = [
        {"document_type": doctype, "document_name": name} | {key: row.get(key) for key in _SHOWN}
        for doctype, name in signed
        for row in signatures_of(doctype, name)
    ]
    return sorted(found, key=lambda row: (str(row["signed_at"]), row["name"]))


def _signed_records(story: Story) -> list[tuple[str, str]]:
    """Only a record that has a signature is worth opening."""
    mine = set(story.pairs())
    names = sorted({name for _, name in mine})
    rows = fetch("Electronic Signature", names, ["document_type", "document_name"], by="document_name")
    return sorted({(row["document_type"], row["document_name"]) for row in rows} & mine)
