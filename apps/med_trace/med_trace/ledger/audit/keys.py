"""The keys that seal: made, introduced, changed. The private one lies in the vault, the public ones in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import frappe
from frappe.utils import get_system_timezone
from med_trace.domain.audit_content import row_hash
from med_trace.domain.audit_entry import Category, Kind, site_time, utc_text
from med_trace.domain.errors import AuditKeyMissing
from med_trace.domain.seal import KeyStatement, key_id_of
from med_trace.ledger.audit import entries, vault
from med_trace.ledger.tables import STANDARD, insert_rows

FIELDS = (
    *("key_id", "introduced_at", "introduced_by", "lost", "reason", "public_key"),
    *("statement", "signature", "signature_before"),
)


@dataclass(frozen=True)
class SigningKey:
    """The private key in use."""

    key_id: str
    _private: Ed25519PrivateKey

    def sign(self, text: str) -> str:
        return self._private.sign(text.encode("utf-8")).hex()


def is_signed_by(public_key: str, signature: str | None, text: str) -> bool:
    """Whether the hexadecimal Ed25519 signature of this text is by this key, and written as it was."""
    try:
        raw, key = bytes.fromhex(signature or ""), bytes.fromhex(public_key)
        Ed25519PublicKey.from_public_bytes(key).verify(raw, text.encode("utf-8"))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return raw.hex() == signature


def introduced() -> list[dict[str, Any]]:
    """All keys, the first first."""
    return frappe.db.sql(
        f"select name, {', '.join(FIELDS)} from `tabAudit Key` order by creation, name", as_dict=True
    )


def signing_key() -> SigningKey:
    """The key that seals now. Raises AuditKeyMissing when its private half is not in the vault."""
    known = introduced()
    for seed in vault.signing_seeds() if known else ():
        key = _opened(seed)
        if key.key_id == known[-1].key_id:
            return key
    raise AuditKeyMissing(
        "The private key of the audit trail is not in {0}. Put it back from its copy, or run"
        " med-trace rotate-key --lost REASON.",
        str(vault.folder()),
    )


def ensure() -> bool:
    """A site without keys gets them: True when its trail begins here. Files of an earlier site are put aside."""
    if introduced():
        vault.writer_keys()
        return False
    if vault.head():
        vault.put_everything_aside()
    vault.writer_keys()
    _change(before=None, lost="")
    return True


def rotate(lost: str = "") -> str:
    """Replace the signing key and the writer key; returns the new key's id.

    The old key signs for the new one and is gone after the commit. `lost` says why it cannot; then nothing but
    this statement leads from the one to the other. Seal before, so that no entry waits across the change.
    """
    before = None if lost else signing_key()
    vault.add_writer_key()
    return _change(before, lost)


def _change(before: SigningKey | None, lost: str) -> str:
    seed = Ed25519PrivateKey.generate().private_bytes_raw()
    vault.keep_next_signing_seed(seed)
    frappe.db.after_commit.add(vault.take_next_signing_seed)
    return _introduce(seed, before, lost)


def _introduce(seed: bytes, before: SigningKey | None, lost: str) -> str:
    key, moment = _opened(seed), datetime.now(timezone.utc)
    known = introduced()
    statement = KeyStatement(
        key_id=key.key_id,
        public_key=_public(seed).hex(),
        introduced_at=utc_text(moment),
        introduced_by=known[-1].key_id if known else "",
        lost=lost,
    )
    text = statement.text()
    user = frappe.session.user
    at = site_time(moment, get_system_timezone())
    row = {
        **dict(zip(STANDARD, (entries.new_name(), at, at, user, user, 0, 0), strict=True)),
        "key_id": key.key_id,
        "introduced_at": statement.introduced_at,
        "introduced_by": statement.introduced_by or None,
        "lost": int(bool(lost)),
        "reason": lost or None,
        "public_key": statement.public_key,
        "statement": text,
        "signature": key.sign(text),
        "signature_before": before.sign(text) if before else None,
    }
    insert_rows("Audit Key", tuple(row), [tuple(row.values())])
    entries.append(
        Kind.KEY_INTRODUCED,
        category=Category.CONFIGURATION,
        document_type="Audit Key",
        document_name=key.key_id,
        reason=lost or None,
        content_hash=row_hash(row),
    )
    return key.key_id


def _opened(seed: bytes) -> SigningKey:
    return SigningKey(key_id_of(_public(seed)), Ed25519PrivateKey.from_private_bytes(seed))


def _public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
