from med_trace.ledger.append_only_document import AppendOnlyDocument


class AuditEntry(AppendOnlyDocument):
    """One thing that was done: by whom, when, to what, from which value to which."""
