"""Lots that came from one another, for the tests of the trace."""

import builders
from med_trace.domain.event import Action, EventDraft, EventType, Row
from med_trace.ledger import service


def a_lot(kind="Component", **fields):
    item = fields.pop("item_code", None) or builders.an_item(kind)
    return service.create_lot(lot_no=builders.unique("LOT"), item_code=item, kind=kind, **fields).name


def received(quantity=100, supplier=None, **fields):
    lot = a_lot(kind="Raw", supplier=supplier, **fields)
    rows = (Row(Action.RECEIVE, lot, quantity),)
    service.record(EventDraft(EventType.RECEIVED, rows, supplier=supplier))
    service.record(EventDraft(EventType.ACCEPTED, (Row(Action.ACCEPT, lot),)))
    return lot


def made_of(*parents, quantity=10):
    lot = a_lot()
    used = tuple(Row(Action.CONSUME, parent, 1) for parent in parents)
    service.record(EventDraft(EventType.TRANSFORMED, (*used, Row(Action.PRODUCE, lot, quantity))))
    service.record(EventDraft(EventType.ACCEPTED, (Row(Action.ACCEPT, lot),)))
    return lot


def shipped(lot, quantity, customer=None):
    customer = customer or builders.a_customer()
    draft = EventDraft(
        EventType.SHIPPED,
        (Row(Action.SHIP, lot, quantity),),
        consignee=customer,
        consignee_name="St. Mary",
        consignee_address="1 Main Street",
    )
    service.record(draft)
    return customer
