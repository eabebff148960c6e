"""The audit trail: entries, seals over them, and the proof that nothing was changed."""
