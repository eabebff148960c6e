"""How the public page says what it knows: a table of headlines, and its lines, in one language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from frappe import _
from med_trace.domain.states import State, Whereabouts
from med_trace.trace.public_page import PublicFacts

DO_NOT_USE = "Do not use this product. Keep it apart and ask where you got it from."


@dataclass(frozen=True)
class Headline:
    """Colour is never the only sign: `sign` and the words say the same."""

    tone: str  # good, wait, stop
    sign: str
    title: str
    advice: str


STATES = {
    State.RELEASED: Headline(
        "good", "✓", "Released", "The manufacturer has checked and released this product."
    ),
    State.RECALLED: Headline("stop", "⚠", "Recalled", DO_NOT_USE),
    State.REJECTED: Headline("stop", "✕", "Rejected", DO_NOT_USE),
    State.ON_HOLD: Headline(
        "stop", "‖", "On Hold", "Do not use this product until the manufacturer has cleared it."
    ),
    State.CLOSED: Headline("wait", "■", "Closed", "This lot is no longer supplied."),
}
NOT_YET = "This product has not been released for use. Ask where you got it from."
EXPIRED = Headline("stop", "⌛", "Expired", "The expiry date has passed. Do not use this product.")
OUT_OF_USE = {
    Whereabouts.RETURNED.value: "This unit was returned to the manufacturer and should not be in use.",
    Whereabouts.RETURNED_TO_SUPPLIER.value: "This unit was returned to the manufacturer and should not be in use.",
    Whereabouts.SCRAPPED.value: "This unit was scrapped. A piece with this code in use may be a counterfeit.",
}


SEALS = {
    "sealed": "The release is recorded in a sealed block of the audit trail. The seal was verified and is valid.",
    "waiting": "The release is recorded. Its block of the audit trail will be sealed within minutes.",
    "broken": "The seal of the release could not be verified. Ask the manufacturer.",
}
SEAL_SIGNS = {"sealed": "✓", "waiting": "…", "broken": "⚠"}


def page_of(facts: PublicFacts, lang: str, seal: str | None = None) -> dict[str, Any]:
    """What the template prints. Dates are YYYY-MM-DD in every language, to be compared with the print."""

    def said(text: str, *given: str) -> str:
        return _(text, lang).format(*given)

    headlines = [_headline(facts.state)]
    if facts.is_expired:
        headlines.insert(1 if headlines[0].tone == "stop" else 0, EXPIRED)
    notes = [said(OUT_OF_USE[facts.whereabouts])] if facts.whereabouts in OUT_OF_USE else []
    if facts.has_recalled_units:
        notes.append(
            said(
                "Some units of this lot are recalled. Scan the code with the serial number to learn about yours."
            )
        )
    return {
        "product": facts.product,
        "is_recalled": facts.state == State.RECALLED,
        "headlines": [
            {"tone": one.tone, "sign": one.sign, "title": said(one.title), "advice": said(one.advice)}
            for one in headlines
        ],
        "recalls": [_recall(one, said) for one in facts.recalls],
        "notes": notes,
        "seal": {"state": seal, "sign": SEAL_SIGNS[seal], "words": said(SEALS[seal])} if seal else None,
        "lines": [(said(caption), value) for caption, value in _lines(facts) if value],
    }


def _headline(state: str) -> Headline:
    known = {one.value: headline for one, headline in STATES.items()}
    return known.get(state) or Headline("wait", "…", state or "Unknown", NOT_YET)


def _recall(recall: dict[str, str], said: Callable[..., str]) -> str:
    if recall["level"]:
        return said("Recall {0}, class {1}", recall["name"], recall["level"])
    return said("Recall {0}", recall["name"])


def _lines(facts: PublicFacts) -> list[tuple[str, str]]:
    return [
        ("GTIN", facts.gtin),
        ("Lot", facts.lot),
        ("Serial number", facts.serial or ""),
        ("Manufacturing Date", _day(facts.produced)),
        ("Expiry Date", _day(facts.expiry)),
        ("Release date", _day(facts.released.on if facts.released else None)),
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
