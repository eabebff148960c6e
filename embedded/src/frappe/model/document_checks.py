"""What a document must pass before it is stored: required values, links, constants, rights.

Mixed into Document, where Frappe has these methods. Reads what is stored, writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.model import optional_fields, table_fields
from frappe.utils.data import cint, get_datetime

if TYPE_CHECKING:
    from frappe.model.base_document import BaseDocument as Base
else:
    Base = object


class DocumentChecks(Base):
    def _validate(self) -> None:
        self._validate_mandatory()
        self._check_values()
        self.validate_workflow()
        for row in self.get_all_children():
            row._check_values()
        if self.is_new():
            for fieldname in optional_fields:
                self.set(fieldname, None)
        else:
            self.validate_set_only_once()

    def _validate_mandatory(self) -> None:
        if self.flags.ignore_mandatory:
            return
        missing = self._get_missing_mandatory_fields()
        for row in self.get_all_children():
            missing.extend(row._get_missing_mandatory_fields())
        if not missing:
            return
        for _fieldname, msg in missing:
            frappe.msgprint(msg)
        fields = ", ".join(fieldname for fieldname, _msg in missing)
        raise frappe.MandatoryError(f"[{self.doctype}, {self.name}]: {fields}")

    def _validate_links(self) -> None:
        if self.flags.ignore_links or self._action == "cancel":
            return
        invalid, cancelled = self.get_invalid_links()
        for row in self.get_all_children():
            found = row.get_invalid_links(is_submittable=self.meta.is_submittable)
            invalid.extend(found[0])
            cancelled.extend(found[1])
        if invalid:
            names = ", ".join(entry[2] for entry in invalid)
            frappe.throw(_("Could not find {0}").format(names), frappe.LinkValidationError)
        if cancelled:
            names = ", ".join(entry[2] for entry in cancelled)
            frappe.throw(_("Cannot link cancelled document: {0}").format(names), frappe.CancelledLinkError)

    def validate_set_only_once(self) -> None:
        before = self._doc_before_save
        if before is None:
            return
        for df in self.meta.get_set_only_once_fields():
            now_value, old_value = self.get(df.fieldname), before.get(df.fieldname)
            if df.fieldtype in table_fields:
                continue
            if df.fieldtype in ("Date", "Datetime", "Time"):
                changed = str(now_value) != str(old_value)
                if changed and df.fieldtype == "Datetime":
                    changed = not same_moment(now_value, old_value)
            else:
                changed = now_value != old_value
            if changed:
                frappe.throw(
                    _("Value cannot be changed for {0}").format(
                        frappe.bold(_(self.meta.get_label(df.fieldname)))
                    ),
                    exc=frappe.CannotChangeConstantError,
                )

    def validate_update_after_submit(self) -> None:
        if self.flags.ignore_validate_update_after_submit:
            return
        self._validate_update_after_submit()
        for row in self.get_all_children():
            if not (row.is_new() and self.meta.get_field(row.parentfield).allow_on_submit):
                row._validate_update_after_submit()

    def validate_workflow(self) -> None:
        if frappe.flags.in_install or self.flags.ignore_workflow:
            return
        from frappe.model.workflow import set_workflow_state_on_action, validate_workflow

        if not self.meta.get_workflow():
            return
        validate_workflow(self)
        if self._action != "save":
            set_workflow_state_on_action(self, str(self.meta.get_workflow()), self._action)

    def validate_higher_perm_levels(self) -> None:
        """Fields above the user's permission level keep their stored values."""
        if self.flags.ignore_permissions or frappe.flags.in_install:
            return
        if frappe.session.user == "Administrator":
            return
        levels = self.get_permlevel_access()
        self.reset_values_if_no_permlevel_access(levels, self.meta.get_high_permlevel_fields())
        for df in self.meta.get_table_fields():
            fields = frappe.get_meta(df.options).get_high_permlevel_fields()
            if fields:
                for row in self.get(df.fieldname) or ():
                    row.reset_values_if_no_permlevel_access(levels, fields)

    def check_no_back_links_exist(self) -> None:
        """Before cancelling: no submitted document may refer to this one."""
        from frappe.model.delete_doc import check_if_doc_is_dynamically_linked, check_if_doc_is_linked

        if not self.flags.ignore_links:
            check_if_doc_is_linked(self, method="Cancel")
            check_if_doc_is_dynamically_linked(self, method="Cancel")

    # -- permission ---------------------------------------------------------

    def check_permission(self, permtype: str = "read", permlevel: Any = None) -> None:
        """Raises PermissionError unless the user may do this."""
        if not self.has_permission(permtype):
            self.raise_no_permission_to(permtype)

    def has_permission(self, permtype: str = "read", *, debug: bool = False, user: str | None = None) -> bool:
        if self.flags.ignore_permissions:
            return True
        import frappe.permissions

        return bool(frappe.permissions.has_permission(self.doctype, permtype, self, user=user, debug=debug))

    def raise_no_permission_to(self, perm_type: str) -> None:
        frappe.flags.error_message = _(
            "You need the '{0}' permission on {1} {2} to perform this action."
        ).format(_(perm_type), frappe.bold(_(self.doctype)), self.name or "")
        raise frappe.PermissionError

    def get_permissions(self) -> list[Any]:
        if self.meta.istable:
            return frappe.get_meta(self.parenttype).permissions
        return self.meta.permissions

    def get_permlevel_access(self, permission_type: str = "write") -> list[int]:
        roles = set(frappe.get_roles())
        rules = [rule for rule in self.get_permissions() if rule.role in roles and rule.get(permission_type)]
        return list(dict.fromkeys(cint(rule.permlevel) for rule in rules))

    def has_permlevel_access_to(self, fieldname: str, df: Any = None, permission_type: str = "read") -> bool:
        df = df or self.meta.get_field(fieldname)
        return cint(df.permlevel) in self.get_permlevel_access(permission_type)

    def apply_fieldlevel_read_permissions(self) -> None:
        """Hides values above the user's permission level."""
        if frappe.session.user == "Administrator":
            return
        levels = self.get_permlevel_access("read")
        for row in (self, *self.get_all_children()):
            for df in row.meta.get_high_permlevel_fields():
                if cint(df.permlevel) not in levels:
                    row.set(df.fieldname, None)


def same_moment(one: Any, other: Any) -> bool:
    """Whether two stamps, as text or datetime, are the same."""
    return bool(one == other) or (bool(one and other) and get_datetime(one) == get_datetime(other))
