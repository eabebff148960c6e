"""Address: one postal address of the parties in its links."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document


class Address(Document):
    def autoname(self) -> None:
        """Title and type, with a number when that name is taken."""
        if self.links and not self.get("address_title"):
            self.address_title = self.links[0].link_name
        if not self.address_title:
            frappe.throw(_("Address Title is mandatory."))
        base = name = f"{self.address_title.strip()}-{_(self.address_type).strip()}"
        number = 0
        while frappe.db.exists("Address", name):
            number += 1
            name = f"{base}-{number}"
        self.name = name


def get_default_address(doctype: str, name: str, sort_key: str = "is_primary_address") -> str | None:
    """The address of a party: the one marked by `sort_key` first, then any."""
    found = frappe.get_all(
        "Dynamic Link",
        filters={"parenttype": "Address", "link_doctype": doctype, "link_name": name},
        pluck="parent",
    )
    addresses = frappe.get_all(
        "Address",
        filters={"name": ["in", found], "disabled": 0},
        fields=["name", sort_key],
        order_by=f"{sort_key} desc, creation asc",
    )
    return addresses[0].name if addresses else None


@frappe.whitelist()
def get_address_display(address_dict: dict[str, Any] | str | None) -> str | None:
    """The address as lines of HTML text."""
    if not address_dict:
        return None
    values = address_dict
    if not isinstance(values, dict):
        values = frappe.get_cached_doc("Address", address_dict).as_dict()
    lines = [
        values.get("address_line1"),
        values.get("address_line2"),
        values.get("city"),
        " ".join(filter(None, (values.get("state"), values.get("pincode")))),
        values.get("country"),
    ]
    return "".join(f"{frappe.utils.escape_html(line)}<br>\n" for line in lines if line)
