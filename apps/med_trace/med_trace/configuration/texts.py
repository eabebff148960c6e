"""Texts and conditions that administrators write, judged before they are stored: a notice that fails would stop the
record that it is about, and a layout that fails prints nothing.

A text is a Jinja template that may say what stands in the record and no more: it calls nothing, reads nothing else and
carries no script. A condition is one expression over the record.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from difflib import get_close_matches
from html import parser
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

import frappe
from frappe.utils import nowdate
from med_trace.domain.errors import BadInput
from med_trace.domain.sentence import Sentence

ALWAYS_THERE = ("name", "doctype", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
METHODS = ("get_formatted", "get")
WORDS = ("_", "loop", "nowdate")
FUNCTIONS = (
    *("abs", "all", "any", "bool", "cint", "float", "flt", "get_datetime", "getdate", "int", "len", "max"),
    *("min", "nowdate", "round", "str", "sum"),
)
FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "e", "escape", "first", "float", "int", "join", "last"),
    *("length", "list", "lower", "round", "sort", "sum", "title", "trim", "truncate", "unique", "upper"),
)
REACHES_OUT = (
    *(nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends),
    *(nodes.Macro, nodes.CallBlock, nodes.Block),
)
TAGS = frozenset(
    "b blockquote br caption col colgroup dd div dl dt em footer h1 h2 h3 h4 h5 h6 header hr i li ol p pre section"
    " small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)
ATTRIBUTES = frozenset("align class colspan dir lang rowspan style title width".split())
NOTHING = {"record": None, "subject": "", "html": "", "applies": None}
Known = dict[str, str | None]


def require_text(text: str | None, doctype: str, field: str) -> None:
    """Raises BadInput, with the line, for a template of `doctype` that would fail or reach beyond its record."""
    try:
        tree = Environment().parse(text or "")
        Environment().compile(text or "")
    except TemplateSyntaxError as error:
        raise _wrong(field, error.lineno, error.message or str(error)) from None
    if re.search(r"\A[^\n]*\.(html|txt|md|svg)\s*\Z", text or "", re.IGNORECASE):
        raise _wrong(field, 1, Sentence("a text does not end as the name of a file does"))
    _judge(tree, {"doc": doctype}, field)
    _Markup(field).feed(text or "")


def require_condition(text: str | None, doctype: str, field: str) -> None:
    """Raises BadInput for a condition that is no expression, names what is not there, or fails on an empty record."""
    if not (text or "").strip():
        return
    code = str(text).strip()
    try:
        tree = ast.parse(code, mode="eval")
    except (SyntaxError, ValueError) as error:
        raise _wrong(field, getattr(error, "lineno", 1), getattr(error, "msg", "no expression")) from None
    for name, line in _named(tree, field):
        require_field(doctype, name, field, line)
    try:
        frappe.safe_eval(code, None, {"doc": frappe.new_doc(doctype), "nowdate": nowdate})
    except Exception as error:  # whatever an expression can raise
        raise BadInput("{0}: on an empty record it fails: {1}", field, str(error), field=field) from None


def require_field(doctype: str | None, name: str, field: str, line: int) -> None:
    """Raises BadInput, with the nearest name, for a field that a DocType does not have."""
    if not doctype or name in ALWAYS_THERE or frappe.get_meta(doctype).has_field(name):
        return
    near = get_close_matches(name, [one.fieldname for one in frappe.get_meta(doctype).fields], 1)
    if near:
        raise BadInput(
            "{0}, line {1}: {2} has no field {3}. Did you mean {4}?",
            *(field, line, doctype, name, near[0]),
            field=field,
        )
    raise BadInput("{0}, line {1}: {2} has no field {3}.", field, line, doctype, name, field=field)


def preview(doc: Any) -> dict[str, Any]:
    """A sound notice or layout filled in: {record, subject, html, applies}, of the newest record open to this user."""
    doctype = doc.get("document_type") or doc.doc_type
    may_read = frappe.has_permission(doctype, "read")
    newest = frappe.get_list(doctype, pluck="name", order_by="creation desc", limit=1) if may_read else []
    if not newest:
        return NOTHING
    record = frappe.get_doc(doctype, newest[0])
    given = {"doc": record, "nowdate": nowdate}
    condition = (doc.get("condition") or "").strip()
    return {
        "record": newest[0],
        "subject": frappe.render_template(doc.get("subject") or "", given, is_path=False),
        "html": frappe.render_template(doc.get("message") or doc.get("html") or "", given, is_path=False),
        "applies": bool(frappe.safe_eval(condition, None, given)) if condition else None,
    }


# -- conditions


def _named(tree: ast.AST, field: str) -> Iterator[tuple[str, int]]:
    """The fields of the record that an expression names, and their lines."""
    local = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
            raise _wrong(field, node.lineno, Sentence("{0}() is not called here", ast.unparse(node.func)))
        if isinstance(node, ast.Name) and node.id not in {"doc", *FUNCTIONS, *local}:
            raise BadInput("{0}, line {1}: {2} is not known here.", field, node.lineno, node.id, field=field)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "doc":
            yield node.attr, node.lineno


# -- templates


def _judge(node: nodes.Node, known: Known, field: str) -> None:
    """A node and what is in it; `known`: names to the DocType of what they stand for."""
    if isinstance(node, REACHES_OUT):
        raise _wrong(field, node.lineno, Sentence("{0} is not used here", type(node).__name__.lower()))
    if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
        known[node.target.name] = None
    if isinstance(node, nodes.For):
        known = {
            **known,
            **dict.fromkeys((one.name for one in node.find_all(nodes.Name) if one.ctx == "store"), None),
        }
        if isinstance(node.target, nodes.Name):
            known[node.target.name] = _rows_of(node.iter, known)
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in (*known, *WORDS):
        raise BadInput("{0}, line {1}: {2} is not known here.", field, node.lineno, node.name, field=field)
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.attr not in METHODS:
        require_field(known.get(node.node.name), node.attr, field, node.lineno)
    elif isinstance(node, nodes.Getattr) and node.attr not in METHODS:
        raise _wrong(field, node.lineno, Sentence(".{0} is not read here", node.attr))
    if isinstance(node, nodes.Call) and not _is_harmless(node):
        raise _wrong(field, node.lineno, Sentence("only _() and get_formatted() are called here"))
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise _wrong(field, node.lineno, Sentence("the filter {0} is not used here", node.name))
    if isinstance(node, nodes.Const) and "<" in str(node.value):
        raise _wrong(field, node.lineno, Sentence("a value holds no markup"))
    for child in node.iter_child_nodes():
        _judge(child, known, field)


def _is_harmless(call: nodes.Call) -> bool:
    called = call.node
    if isinstance(called, nodes.Name):
        return called.name in ("_", "nowdate")
    return (
        isinstance(called, nodes.Getattr) and called.attr in METHODS and isinstance(called.node, nodes.Name)
    )


def _rows_of(iterated: nodes.Node, known: Known) -> str | None:
    """The DocType of the rows of a table of the record."""
    if not isinstance(iterated, nodes.Getattr) or not isinstance(iterated.node, nodes.Name):
        return None
    doctype = known.get(iterated.node.name)
    field: Any = frappe.get_meta(doctype).get_field(iterated.attr) if doctype else None
    return field.options if field and field.fieldtype == "Table" else None


class _Markup(parser.HTMLParser):
    """Refuses what could run, fetch or be changed by a value: other tags than plain ones, Jinja within a tag."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, whole = self.getpos()[0], self.get_starttag_text() or ""
        if "{{" in whole or "{%" in whole or "{#" in whole:
            raise _wrong(
                self.field, line, Sentence("<{0}> holds a part of the template; write it around the tag", tag)
            )
        if tag not in TAGS:
            raise _wrong(self.field, line, Sentence("{0} is not used here", f"<{tag}>"))
        for name, value in attrs:
            if name not in ATTRIBUTES or re.search(r"url|@|expression|\\", value or "", re.IGNORECASE):
                raise _wrong(self.field, line, Sentence("{0} is not used here", f"<{tag} {name}>"))

    def handle_comment(self, data: str) -> None:
        raise _wrong(self.field, self.getpos()[0], Sentence("a comment is written {0}", "{# … #}"))

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)


def _wrong(field: str, line: int | None, what: str) -> BadInput:
    return BadInput("{0}, line {1}: {2}", field, line or 1, what, field=field)
