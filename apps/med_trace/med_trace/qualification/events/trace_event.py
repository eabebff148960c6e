"""What is entered over the network comes from devices that are known, where the site asks for that."""

from med_trace.ledger.shown import shown
from med_trace.qualification.devices import require_terminal


@shown()
def after_insert(doc, method=None):
    require_terminal()
