"""A text for people that remembers how it was made, so that the edge can say it in their language.

Knows nothing of Frappe.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import reduce


class Sentence(str):
    """A template with its arguments filled in; reads as plain English wherever a text does.

    A word of the domain (a member of an Enum) is said in the reader's language too, and so is a Sentence inside
    a Sentence; any other argument is a name or a number and stays as it is.
    """

    template: str
    arguments: tuple[object, ...]

    def __new__(cls, template: str, *arguments: object) -> Sentence:
        spoken = tuple(Sentence(one.value) if isinstance(one, Enum) else one for one in arguments)
        made = super().__new__(cls, template.format(*spoken) if spoken else template)
        made.template, made.arguments = template, spoken
        return made


def any_of(choices: Iterable[object]) -> Sentence:
    """'On Hand or Shipped'; at least one choice."""
    return _joined("{0} or {1}", choices)


def all_of(parts: Iterable[object]) -> Sentence:
    """'Released, On Hold'; at least one part."""
    return _joined("{0}, {1}", parts)


def _joined(template: str, parts: Iterable[object]) -> Sentence:
    first, *others = (Sentence("{0}", one) for one in parts)
    return reduce(lambda before, one: Sentence(template, before, one), others, first)
