"""What is printed, before it becomes a page; apps may put their own function in its place."""

from typing import Any


def pdf_body_html(template: Any, args: Any, **kwargs: Any) -> str:
    return str(template.render(args))
