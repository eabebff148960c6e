from med_trace.ledger.append_only_document import AppendOnlyDocument


class AuditSeal(AppendOnlyDocument):
    """A signed hash over a block of audit entries, chained to the seal before."""
