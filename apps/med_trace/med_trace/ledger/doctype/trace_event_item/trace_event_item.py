from med_trace.ledger.append_only_document import AppendOnlyDocument


class TraceEventItem(AppendOnlyDocument):
    """What it did to one lot or unit."""
