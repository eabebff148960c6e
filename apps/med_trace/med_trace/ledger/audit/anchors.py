"""Time stamps of seals by somebody else's clock (RFC 3161): who has database and keys cannot date a seal back.

Sealing never waits for the authority: when it does not answer, the next seal is stamped, and that one names all
seals before it.
"""

from __future__ import annotations

import base64
import urllib.request
from datetime import timezone
from typing import Any

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

import frappe
from frappe.utils import now_datetime
from med_trace.domain.audit_content import row_hash
from med_trace.domain.audit_entry import Category, Kind, utc_text
from med_trace.domain.seal import statement_hash
from med_trace.ledger.audit import entries
from med_trace.ledger.audit.sealing import last_seal
from med_trace.ledger.tables import STANDARD, insert_rows

SECONDS = 20
LARGEST = 200_000


class AnchorRefused(Exception):
    """The authority did not answer, or not with a stamp of this seal."""


def anchor_last_seal() -> str | None:
    """Have the last seal stamped where an authority is set; returns the Audit Anchor. Logs what hinders it."""
    settings = frappe.get_cached_doc("Trace Settings")
    seal = last_seal()
    if not settings.tsa_url or not seal or not _deserves_one(seal):
        return None
    try:
        token, response = _stamp(settings.tsa_url, seal.statement)
        check(token, seal.statement, settings.tsa_certificate)
    except Exception:
        frappe.log_error(title="med_trace: no time stamp for the audit trail")
        frappe.db.commit()
        return None
    name = _append(seal, settings.tsa_url, token, utc_text(_stamped_at(response)))
    frappe.db.commit()
    return name


def check(token: str, statement: str, certificates: str | None) -> None:
    """Raise AnchorRefused unless the Base64 token stamps this statement; with PEM certificates, by their holder."""
    try:
        response = decode_timestamp_response(base64.b64decode(token, validate=True))
        if response.tst_info.message_imprint.message.hex() != statement_hash(statement):
            raise AnchorRefused("it stamps something else")
        if certificates and certificates.strip():
            _verifier(certificates, response).verify_message(response, statement.encode("utf-8"))
    except (ValueError, VerificationError) as error:
        raise AnchorRefused(str(error)) from error


def stamped_at(token: str) -> str:
    """The authority's time in UTC."""
    return utc_text(_stamped_at(decode_timestamp_response(base64.b64decode(token))))


def _deserves_one(seal: Any) -> bool:
    """Not stamped before, and not the seal over nothing but the stamp before it."""
    if frappe.db.exists("Audit Anchor", {"seal_number": seal.number}):
        return False
    members = frappe.db.get_value("Audit Seal", seal.name, "entries").split("\n")
    alone = len(members) == 1 and frappe.db.get_value("Audit Entry", members[0], "document_type")
    return alone != "Audit Anchor"


def _stamp(url: str, statement: str) -> tuple[str, TimeStampResponse]:
    if not url.lower().startswith(("https://", "http://")):
        raise AnchorRefused(f"{url} is no web address")
    builder = TimestampRequestBuilder().data(statement.encode("utf-8")).hash_algorithm(HashAlgorithm.SHA256)
    asked = builder.build()
    request = urllib.request.Request(
        url, data=asked.as_bytes(), headers={"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        data = answer.read(LARGEST)
    response = decode_timestamp_response(data)
    if response.status not in (0, 1):
        raise AnchorRefused(f"{url} answered {response.status}: {', '.join(response.status_string)}")
    if response.tst_info.nonce != asked.nonce:
        raise AnchorRefused(f"{url} answered another question")
    return base64.b64encode(data).decode("ascii"), response


def _stamped_at(response: TimeStampResponse) -> Any:
    moment = response.tst_info.gen_time
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _verifier(certificates: str, response: TimeStampResponse) -> Any:
    """Self-signed certificates are roots; of the others one may be the authority's own."""
    builder = VerifierBuilder()
    known = x509.load_pem_x509_certificates(certificates.encode("utf-8"))
    for certificate in known:
        if certificate.issuer == certificate.subject:
            builder = builder.add_root_certificate(certificate)
        else:
            builder = builder.add_intermediate_certificate(certificate)
    signers = {signer.serial_number for signer in response.signed_data.signer_infos}
    if not response.signed_data.certificates:
        for certificate in (one for one in known if one.serial_number in signers):
            builder = builder.tsa_certificate(certificate)
    return builder.build()


def _append(seal: Any, url: str, token: str, moment: str) -> str:
    name, now, user = entries.new_name(), now_datetime(), frappe.session.user
    row = {
        **dict(zip(STANDARD, (name, now, now, user, user, 0, 0), strict=True)),
        "seal_number": seal.number,
        "seal_hash": statement_hash(seal.statement),
        "anchored_at": moment,
        "tsa_url": url,
        "token": token,
    }
    insert_rows("Audit Anchor", tuple(row), [tuple(row.values())])
    entries.append(
        Kind.RECORDED,
        category=Category.LEDGER,
        document_type="Audit Anchor",
        document_name=name,
        content_hash=row_hash(row),
    )
    return name
