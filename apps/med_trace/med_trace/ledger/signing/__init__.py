"""Electronic signatures: who, when, meaning what, on exactly which content.

A document joins in through its controller, all of it optional:
`unsigned_fields` (fields, or "table.field", that are not part of the content: what follows from signing;
where that differs by meaning, a method `unsigned_fields(meaning)`; "attached_files" are the files attached to it),
`signatures_needed(meaning) -> int`, `record_authors() -> set[str]` (who made what is being signed),
`before_sign(meaning)` (refuses; changes nothing) and `on_signed(signature)`.
"""

from med_trace.ledger.signing.identity import PasswordTooOld, UserIdRequired, WrongPassword
from med_trace.ledger.signing.reading import is_signed, require_signed, signatures_needed, signatures_of
from med_trace.ledger.signing.status import status
from med_trace.ledger.signing.writing import sign

__all__ = [
    "PasswordTooOld",
    "UserIdRequired",
    "WrongPassword",
    "is_signed",
    "require_signed",
    "sign",
    "signatures_needed",
    "signatures_of",
    "status",
]
