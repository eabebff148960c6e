"""A text for people that remembers how it was made, so that the edge can say it in their language.

Knows nothing of Frappe.
"""

from __future__ import annotations


class Sentence(str):
    """A template with its arguments filled in; reads as plain English wherever a text does."""

    template: str
    arguments: tuple[object, ...]

    def __new__(cls, template: str, *arguments: object) -> Sentence:
        made = super().__new__(cls, template.format(*arguments) if arguments else template)
        made.template, made.arguments = template, arguments
        return made
