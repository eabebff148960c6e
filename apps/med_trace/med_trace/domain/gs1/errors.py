"""What is wrong with a GS1 code, named so that a person can correct it."""

from __future__ import annotations


class Gs1Error(ValueError):
    """A code that GS1's rules refuse: which identifier, which value, what was expected."""

    def __init__(self, message: str, ai: str = "", value: str = "") -> None:
        super().__init__(message)
        self.ai = ai
        self.value = value


class UnknownIdentifier(Gs1Error):
    """The data begins with digits that are no application identifier."""


class WrongValue(Gs1Error):
    """Length, characters, check digit or content of one value."""


class WrongCombination(Gs1Error):
    """Identifiers that must or must not stand together."""
