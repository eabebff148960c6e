"""Which names of Frappe and ERPNext the app uses, read from its source; and Frappe v15's facts about them.

python tests/contract/surface.py            writes embedded/SURFACE.md
python tests/contract/surface.py FACTS.json also cuts what is needed out of a full list of Frappe's API
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "apps" / "med_trace" / "med_trace"
SURFACE = ROOT / "embedded" / "SURFACE.md"
FACTS = Path(__file__).with_name("frappe_v15_api.json")
ROOTS = ("frappe", "erpnext")
CLASSES = {  # what an attribute chain passes through -> the class in the facts
    "frappe.db": "frappe.database.mariadb.database.MariaDBDatabase",
    "Document": "frappe.model.document.Document",
    "Meta": "frappe.model.meta.Meta",
}
# Methods that only documents have, so that a call names them without knowing the object's type.
DOCUMENT_METHODS = frozenset(
    "add_comment add_tag apply_fieldlevel_read_permissions as_dict as_json cancel check_permission db_insert db_set"
    " db_update delete get_all_children get_assigned_users get_db_value get_doc_before_save get_formatted get_signature"
    " get_title get_url get_valid_dict has_permission has_value_changed insert is_new load_doc_before_save lock"
    " notify_update precision reload rename run_method save set_new_name submit unlock validate_set_only_once".split()
)
META_METHODS = frozenset(
    "get_field get_fields get_label get_link_fields get_options get_table_fields get_title_field get_valid_columns"
    " has_field is_submittable".split()
)


# -- reading the app --------------------------------------------------------------


def used_names(folder: Path = APP) -> dict[str, set[str]]:
    """Dotted name -> the stages (top folders) that use it."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        stage = inside.parts[0] if len(inside.parts) > 1 else inside.name
        for name in _names_in(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(name, set()).add(stage)
    return found


def _names_in(tree: ast.Module) -> Iterator[str]:
    aliases = dict(_imported(tree))
    yield from (name for name in aliases.values() if name not in ROOTS)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            name = _dotted(node, aliases)
            if name:
                yield _shortened(name)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _method(node.func, aliases)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Local name -> dotted name, for everything imported from Frappe and ERPNext."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in ROOTS:
                    yield (
                        alias.asname or alias.name.split(".")[0],
                        (alias.asname and alias.name) or alias.name.split(".")[0],
                    )
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ROOTS:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(node: ast.expr, aliases: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(parts)])


def _shortened(name: str) -> str:
    """frappe.session.user and frappe.flags.in_test are one name each: what is behind them is data."""
    parts = name.split(".")
    if parts[:2] in (["frappe", "flags"], ["frappe", "local"], ["frappe", "conf"], ["frappe", "session"]):
        return ".".join(parts[:3])
    if parts[:2] in (["frappe", "db"], ["frappe", "qb"], ["frappe", "cache"]):
        return ".".join(parts[:3])
    return name


def _method(function: ast.Attribute, aliases: dict[str, str]) -> Iterator[str]:
    if _dotted(function, aliases):
        return
    if function.attr in DOCUMENT_METHODS:
        yield f"Document.{function.attr}"
    elif function.attr in META_METHODS:
        yield f"Meta.{function.attr}"


# -- Frappe's facts ---------------------------------------------------------------


def cut_facts(full: dict[str, Any], names: dict[str, set[str]]) -> dict[str, str]:
    """Name -> signature on Frappe v15, for the callables among the names."""
    found = {name: _signature(full, name) for name in sorted(names)}
    return {name: signature for name, signature in found.items() if signature}


def _signature(full: dict[str, Any], name: str) -> str | None:
    owner, _, attribute = name.rpartition(".")
    if owner in CLASSES:
        method = full[CLASSES[owner]]["methods"].get(attribute) or {}
        return method.get("signature")
    submodules = full["frappe.utils (submodules)"]
    module = full.get(owner) or full.get(f"{owner} (whitelisted)") or submodules.get(owner) or {}
    for kind in ("functions", "reexported"):
        fact = module.get(kind, {}).get(attribute)
        if isinstance(fact, dict) and fact.get("signature"):
            return str(fact["signature"])
    return None


def parameters(signature: str) -> list[tuple[str, bool]]:
    """Name and whether it has a default, of each parameter; `self` left out. Stars stay in the names."""
    inner = signature[1 : _closing(signature)]
    parts = [part.strip() for part in _split(inner) if part.strip()]
    found = [(part.split(":")[0].split("=")[0].strip(), _has_default(part)) for part in parts]
    return [(name, default) for name, default in found if name not in ("self", "cls", "/")]


def _closing(text: str) -> int:
    depth = 0
    for position, character in enumerate(text):
        depth += character in "([{"
        depth -= character in ")]}"
        if depth == 0:
            return position
    raise ValueError(text)


def _split(text: str) -> list[str]:
    parts, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        depth += character in "([{"
        depth -= character in ")]}"
        if character == "," and depth == 0 and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _has_default(part: str) -> bool:
    depth = 0
    for character in part:
        depth += character in "([{"
        depth -= character in ")]}"
        if character == "=" and depth == 0:
            return True
    return False


# -- the running Frappe -----------------------------------------------------------


def resolve(name: str) -> Any:
    """The object behind a name, on whichever Frappe is imported; AttributeError when there is none."""
    import frappe

    owners: dict[str, Any] = {"frappe.db": frappe.db}
    if name.startswith("Document."):
        from frappe.model.document import Document

        return getattr(Document, name.split(".")[1])
    if name.startswith("Meta."):
        from frappe.model.meta import Meta

        return getattr(Meta, name.split(".")[1])
    owner, _, attribute = name.rpartition(".")
    if owner in owners:
        return getattr(owners[owner], attribute)
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise AttributeError(name)


# -- embedded/SURFACE.md ----------------------------------------------------------


def written() -> str:
    names, facts = used_names(), json.loads(FACTS.read_text())
    lines = [
        "# The surface",
        "",
        "Every name of Frappe and ERPNext that the app uses, with Frappe v15's signature. The embedded runtime",
        "promises these; each is a debt. Written by `env/bin/python tests/contract/surface.py`, checked by",
        "`tests/contract/test_surface.py`.",
        "",
        f"{len(names)} names.",
        "",
        "| name | signature on Frappe v15 | used in |",
        "|---|---|---|",
    ]
    for name in sorted(names):
        signature = facts.get(name, "").replace("|", "\\|")
        lines.append(
            f"| `{name}` | {f'`{signature}`' if signature else ''} | {', '.join(sorted(names[name]))} |"
        )
    return "\n".join(lines) + "\n"


def listed_names(text: str) -> set[str]:
    return {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}


def main() -> None:
    if len(sys.argv) > 1:
        full = json.loads(Path(sys.argv[1]).read_text())
        FACTS.write_text(json.dumps(cut_facts(full, used_names()), indent=1, sort_keys=True) + "\n")
    SURFACE.write_text(written())


if __name__ == "__main__":
    main()
