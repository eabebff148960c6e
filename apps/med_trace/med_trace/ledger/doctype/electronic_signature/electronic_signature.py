from med_trace.ledger.append_only_document import AppendOnlyDocument


class ElectronicSignature(AppendOnlyDocument):
    """Who signed which content, when, and meaning what."""
