"""HTML to PDF, the only place that does it. Fetches nothing: no host, and of the disk the app's own fonts."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

APP = Path(__file__).resolve().parents[1]
FONTS = {".ttf", ".otf", ".ttc", ".woff", ".woff2"}


class NotFetched(ValueError):
    """A document names an address; what a user wrote into it must not make the server read or call it."""


def pdf_of(html: str, **options: Any) -> bytes:
    """The PDF of a whole HTML document; `options` as WeasyPrint's write_pdf takes them."""
    import weasyprint  # takes 0.3 s to load: only where a PDF is made

    document = weasyprint.HTML(string=html, url_fetcher=_fetcher())
    return bytes(document.write_pdf(**options))


def _fetcher() -> Any:
    """WeasyPrint's own way to an address, behind our refusal. Frappe v15 pins 59, where it is a function."""
    try:
        from weasyprint.urls import URLFetcher
    except ImportError:
        from weasyprint import default_url_fetcher

        return lambda url, *arguments, **options: default_url_fetcher(_allowed(url))

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            return super().fetch(_allowed(url), headers)

    return OwnFilesOnly()


def _allowed(url: str) -> str:
    if url.startswith("data:") or _is_own_font(url):
        return url
    raise NotFetched(f"{url} is not fetched for a PDF")


def _is_own_font(url: str) -> bool:
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    return parts.scheme == "file" and path.is_relative_to(APP) and path.suffix.lower() in FONTS
