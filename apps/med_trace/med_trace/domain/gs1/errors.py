"""What is wrong with a GS1 code, named so that a person can correct it."""

from __future__ import annotations

from med_trace.domain.errors import BadInput


class Gs1Error(BadInput):
    """A code that GS1's rules refuse. `ai` is the identifier concerned, where there is one."""

    title = "Not a valid GS1 code"

    def __init__(self, template: str, *arguments: object, ai: str = "") -> None:
        super().__init__(template, *arguments, field="code")
        self.ai = ai


class UnknownIdentifier(Gs1Error):
    """The data begins with digits that are no application identifier."""


class WrongValue(Gs1Error):
    """Length, characters, check digit or content of one value."""


class WrongCombination(Gs1Error):
    """Identifiers that must or must not stand together."""
