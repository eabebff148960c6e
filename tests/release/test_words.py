"""Reasons are written once, as templates, and shown in the user's language."""

import pytest

from med_trace.domain.errors import NotFound
from med_trace.domain.sentence import Sentence, all_of, any_of
from med_trace.domain.states import State
from med_trace.ledger import shown

GERMAN = {
    "Lot {0} is {1}.": "Los {0}: {1}.",
    "on hold": "gesperrt",
    "{0} missing.": "{0} fehlt.",
    "{0} or {1}": "{0} oder {1}",
    "Released": "Frei",
    "On Hold": "Gesperrt",
}


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "_", lambda text: GERMAN.get(text, text))


def test_a_sentence_reads_as_english_and_is_shown_translated() -> None:
    words = Sentence("Lot {0} is {1}.", "ML-{1}", Sentence("on hold"))
    assert words == "Lot ML-{1} is on hold."
    assert shown.translated(words) == "Los ML-{1}: gesperrt."


def test_any_other_text_stays_as_it_is() -> None:
    assert shown.translated("Lot {0} is {1}.") == "Lot {0} is {1}."


def test_an_error_is_shown_translated() -> None:
    with pytest.raises(NotFound, match="A fehlt"), shown.shown():
        raise NotFound("{0} missing.", "A")


@pytest.mark.requirement("CFG-3")
def test_words_of_the_domain_are_shown_translated_and_names_are_not() -> None:
    words = Sentence("Lot {0} is {1}.", "Released", any_of([State.RELEASED, State.ON_HOLD, "Ort"]))
    assert words == "Lot Released is Released or On Hold or Ort."
    assert shown.translated(words) == "Los Released: Frei oder Gesperrt oder Ort."
    assert all_of([State.CLOSED]) == "Closed"
