"""What a save changed: the rows of a document's history."""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document

SHOWN_AS_THEY_ARE = ("Markdown Editor", "Text Editor", "Code", "HTML Editor")


class Version(Document):
    def update_version_info(self, old: Document | None, new: Document) -> bool:
        """Takes the difference; False when there is none."""
        return self.set_diff(old, new) if old else False

    def set_diff(self, old: Document, new: Document) -> bool:
        diff = get_diff(old, new)
        if not diff:
            return False
        self.ref_doctype, self.docname = new.doctype, new.name
        self.data = frappe.as_json(diff, indent=None, separators=(",", ":"))
        return True

    def get_data(self) -> dict[str, Any]:
        return json.loads(self.data)


def get_diff(old: Any, new: Any, for_child: bool = False, compare_cancelled: bool = False) -> Any:
    """None, or a dict with

    changed      [[fieldname, old, new]]
    added        [[table, row]], removed likewise
    row_changed  [[table, index, row name, [[fieldname, old, new]]]]
    """
    if not new:
        return None
    out: Any = frappe._dict(
        changed=[],
        added=[],
        removed=[],
        row_changed=[],
        data_import=new.flags.via_data_import,
        updater_reference=new.flags.updater_reference,
    )
    for df in new.meta.fields:
        if df.fieldtype in table_fields:
            if not for_child:
                _compare_rows(out, df.fieldname, old, new)
        elif df.fieldtype not in no_value_fields:
            _compare_values(out, df, old, new)
    if not for_child:
        both = ((key, old.get(key), new.get(key)) for key in ("name", "docstatus"))
        out.changed.extend([key, before, now] for key, before, now in both if before != now)
    return out if any((out.changed, out.added, out.removed, out.row_changed)) else None


def _compare_values(out: Any, df: Any, old: Any, new: Any) -> None:
    before, now = old.get(df.fieldname), new.get(df.fieldname)
    if before == now:
        return
    if df.fieldtype not in SHOWN_AS_THEY_ARE:
        before = old.get_formatted(df.fieldname) if before else before
        now = new.get_formatted(df.fieldname) if now else now
    if before != now:
        out.changed.append((df.fieldname, before, now))


def _compare_rows(out: Any, table: str, old: Any, new: Any) -> None:
    amends = new.get("amended_from") and new.get("amended_from") == old.name
    key = "_amended_from" if amends else "name"
    before = {row.name: row for row in old.get(table) or []}
    kept = set()
    for index, row in enumerate(new.get(table) or []):
        known = before.get(row.get(key))
        if known is None:
            out.added.append([table, row.as_dict()])
            continue
        kept.add(known.name)
        diff = get_diff(known, row, for_child=True)
        if diff and diff.changed:
            out.row_changed.append((table, index, row.name, diff.changed))
    out.removed.extend([table, row.as_dict()] for name, row in before.items() if name not in kept)
