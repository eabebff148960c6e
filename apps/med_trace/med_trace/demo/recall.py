"""Story 6: the titanium of one supplier lot is recalled, from the scope in one step to the signed end.

Goes on from story 1, whose complaint led to that supplier lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document
from med_trace.demo import papers
from med_trace.demo.implant import Implant
from med_trace.demo.plant import Plant
from med_trace.demo.users import REGULATORY, acting_as
from med_trace.ledger.signing import sign
from med_trace.recall import service

SUPPLIER_LOT = "NT-55120"


@dataclass(frozen=True)
class Recalled:
    """What the story left behind."""

    recall: str
    notices: dict[str, str]
    returns: list[str]


def tell(plant: Plant, implant: Implant) -> Recalled:
    """Scope, initiation by signature, notices, replies, returns, checks, termination by signature."""
    name = draft(plant, implant)
    with acting_as(REGULATORY):
        sign("Recall", name, "Initiated", plant.password, user=frappe.session.user)
    notices = notify(name)
    returns = answer(implant, name)
    conclude(plant, name)
    return Recalled(name, notices, returns)


def draft(plant: Plant, implant: Implant) -> str:
    """A recall with its scope, not initiated yet; returns its name."""
    supplier_lot = plant.numbered(SUPPLIER_LOT)
    with acting_as(REGULATORY):
        recall = frappe.get_doc(
            {
                "doctype": "Recall",
                "title": f"Pedicle screws from titanium lot {supplier_lot}",
                "recall_class": "II",
                "depth": "Consumer or User",
                "source_doctype": "NCR",
                "source_name": implant.complaint,
                "reason": "A screw broke at half its strength; the mill reports inclusions in this heat.",
                "health_hazard": "Revision surgery; no case known.",
                "strategy": "Stop use, send back what was not used, follow up what was.",
                "instructions": "Put the screws apart, answer within five days, send them back.",
                "slice": "Whole Lot",
                "effectiveness_level": "A",
                "criteria": [{"criterion": "Supplier Lot", "value": supplier_lot}],
            }
        ).insert()
        service.build_scope(recall)
    return recall.name


def notify(name: str) -> dict[str, str]:
    """The notice to each consignee, kept with the recall; returns the addresses of the files."""
    notices = {}
    with acting_as(REGULATORY):
        for consignee in consignees_of(_recall(name)):
            page = service.notice_html(_recall(name), consignee)
            file = {"doctype": "File", "file_name": f"{name}-{frappe.scrub(consignee)}.html", "is_private": 1}
            attached = {"attached_to_doctype": "Recall", "attached_to_name": name, "content": page}
            notices[consignee] = frappe.get_doc({**file, **attached}).insert().file_url
            service.record_notice(_recall(name), consignee, "E-mail")
    return notices


def answer(implant: Implant, name: str) -> list[str]:
    """Hospitals answer: in each, one screw was implanted from every lot; the others come back."""
    returns = []
    for row in _recall(name).consignees:
        units = row.units.split()
        used, back = units[:1], [unit for unit in units[1:] if unit != implant.complaint_unit]
        kept = len(units) - len(used) - len(back)  # the broken screw stays with the hospital, as evidence
        with acting_as(REGULATORY):
            service.record_reply(
                _recall(name),
                row.consignee,
                row.lot,
                {"quantity_used": Decimal(len(used)), "quantity_held": Decimal(kept + len(back))},
                reply=f"{len(used)} implanted, {len(back)} on their way back.",
            )
        returns.append(papers.take_back(implant.deliveries[row.consignee, row.lot], row.lot, back))
        _settle(implant, name, row, kept)
    return returns


def _settle(implant: Implant, name: str, row: Document, kept: int) -> None:
    """What came back is counted by itself; the broken screw is collected for examination."""
    with acting_as(REGULATORY):
        service.record_reply(
            _recall(name),
            row.consignee,
            row.lot,
            {"quantity_used": Decimal(1), "quantity_held": Decimal(kept)},
            reply="Returned.",
            outcome="Returned",
        )
        if kept:
            recall = _recall(name)
            mine = next(
                one for one in recall.consignees if (one.consignee, one.lot) == (row.consignee, row.lot)
            )
            mine.quantity_held = 0
            service.record_recovered(recall, row.consignee, row.lot, Decimal(kept))


def conclude(plant: Plant, name: str) -> None:
    """An effectiveness check at every consignee, the conclusion, and the signed end."""
    with acting_as(REGULATORY):
        for consignee in consignees_of(_recall(name)):
            service.record_check(_recall(name), consignee, "Telephone", True, "Notice read; nothing left.")
        recall = _recall(name)
        recall.effectiveness = "Every hospital was reached, answered and sent back what it had."
        recall.disposition = (
            "Returned screws are scrapped after examination; no more bars of this lot are used."
        )
        recall.save()
        sign("Recall", name, "Terminated", plant.password, user=frappe.session.user)


def consignees_of(recall: Document) -> list[str]:
    """Each consignee once, in the order of the scope."""
    return list(dict.fromkeys(row.consignee for row in recall.consignees))


def _recall(name: str) -> Document:
    return frappe.get_doc("Recall", name)
