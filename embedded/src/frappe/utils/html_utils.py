"""HTML of others: what may stay, what is shown as text."""

import json
import re
from html import escape
from typing import Any

ALLOWED_TAGS = frozenset(
    "a abbr address article aside b bdi bdo big blockquote br button caption center cite code col colgroup data dd "
    "del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd label li "
    "main mark nav ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead "
    "time tr u ul var wbr".split()
)
ALLOWED_ATTRIBUTES = frozenset(
    "align alt aria-hidden aria-label bgcolor border cellpadding cellspacing class color cols colspan data-id "
    "data-list data-type datetime dir disabled for height href id lang name rel role rows rowspan scope span src "
    "start style summary tabindex target title type valign value width".split()
)
ALLOWED_STYLES = frozenset(
    "background-color border border-color border-radius border-style border-width color display font-family "
    "font-size font-style font-weight height line-height list-style margin margin-bottom margin-left margin-right "
    "margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top text-align "
    "text-decoration text-transform vertical-align white-space width".split()
)
TAG = re.compile(r"</?([a-zA-Z][\w:-]*)[^<>]*>")
ALLOWED_PROTOCOLS = frozenset(("cid", "http", "https", "mailto", "tel", "data"))


def sanitize_html(html: Any, linkify: bool = False, always_sanitize: bool = False) -> Any:
    """HTML without anything that runs. Text without tags and JSON stay as they are."""
    if not isinstance(html, str):
        return html
    if not always_sanitize and (is_json(html) or not re.search(r"<[a-zA-Z!/][^>]*>", html)):
        return html
    return _clean(html)


def _clean(html: str) -> str:
    import nh3

    return nh3.clean(
        TAG.sub(_shown_unless_allowed, html),
        tags=set(ALLOWED_TAGS),
        attributes={"*": set(ALLOWED_ATTRIBUTES)},
        url_schemes=set(ALLOWED_PROTOCOLS),
        filter_style_properties=set(ALLOWED_STYLES),
        link_rel=None,
    )


def _shown_unless_allowed(tag: re.Match[str]) -> str:
    """A tag that may not stay becomes text, so that nothing of the content is lost."""
    return tag.group() if tag.group(1).lower() in ALLOWED_TAGS else escape(tag.group(), quote=False)


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
