from med_trace.ledger.append_only_document import AppendOnlyDocument


class TraceEvent(AppendOnlyDocument):
    """One thing that happened to lots."""
