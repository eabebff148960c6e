from med_trace.ledger.append_only_document import AppendOnlyDocument


class AuditAnchor(AppendOnlyDocument):
    """A time stamp of a seal by somebody else's clock."""
