from med_trace.ledger.append_only_document import AppendOnlyDocument


class AuditKey(AppendOnlyDocument):
    """A public key of the audit trail and what introduced it."""
