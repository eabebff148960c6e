"""Which identifiers must, and which must not, stand together (GS1 General Specifications 4.13, 4.14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from .checks import require_value
from .dictionary import Group, Identifier, identifiers
from .errors import UnknownIdentifier, WrongCombination


def require_valid(fields: Mapping[str, str], today: date) -> None:
    """Raises the first Gs1Error that `fields` (identifier -> value) gives cause for."""
    for ai, value in fields.items():
        require_value(known(ai), value, today)
    require_combination(fields.keys())


def known(ai: str) -> Identifier:
    found = identifiers().get(ai)
    if not found:
        raise UnknownIdentifier("({0}) is no GS1 application identifier.", ai, ai=ai)
    return found


def require_combination(present: Collection[str]) -> None:
    for ai in present:
        identifier = known(ai)
        for rule in identifier.requires:
            if not any(_has_all(group, present) for group in rule):
                raise WrongCombination(
                    "({0}) {1} needs {2} beside it.", ai, identifier.title, _in_words(rule), ai=ai
                )
        for pattern in identifier.excludes:
            for other in present:
                if other != ai and matches(pattern, other):
                    raise WrongCombination(
                        "({0}) {1} must not stand with ({2}).", ai, identifier.title, other, ai=ai
                    )


def matches(pattern: str, ai: str) -> bool:
    """Whether `ai` fits a pattern such as 01 or 31nn, where n is any digit."""
    return len(pattern) == len(ai) and all(
        want in ("n", have) for want, have in zip(pattern, ai, strict=True)
    )


def _has_all(group: Group, present: Collection[str]) -> bool:
    return all(any(matches(pattern, ai) for ai in present) for pattern in group)


def _in_words(rule: tuple[Group, ...]) -> str:
    return " or ".join(" with ".join(f"({pattern})" for pattern in group) for group in rule)
