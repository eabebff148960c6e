"""States of a DocType and the steps between them."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint


class Workflow(Document):
    def validate(self) -> None:
        self.set_active()
        self.create_custom_field_for_workflow_state()
        self.update_default_workflow_status()
        self.validate_docstatus()

    def on_update(self) -> None:
        frappe.clear_cache(doctype=self.document_type)

    on_trash = on_update

    def set_active(self) -> None:
        """Only one workflow of a DocType is active."""
        if cint(self.is_active):
            others = {"document_type": self.document_type, "name": ["!=", self.name]}
            frappe.db.set_value("Workflow", others, "is_active", 0, update_modified=False)

    def create_custom_field_for_workflow_state(self) -> None:
        frappe.clear_cache(doctype=self.document_type)
        field = self.workflow_state_field
        if frappe.get_meta(self.document_type).get_field(field):
            return
        frappe.get_doc(
            {
                "doctype": "Custom Field",
                "dt": self.document_type,
                "fieldname": field,
                "label": field.replace("_", " ").title(),
                "hidden": 1,
                "allow_on_submit": 1,
                "no_copy": 1,
                "fieldtype": "Link",
                "options": "Workflow State",
                "owner": "Administrator",
            }
        ).insert()
        frappe.msgprint(_("Created Custom Field {0} in {1}").format(field, self.document_type))

    def update_default_workflow_status(self) -> None:
        """Documents without a state get the first one of their docstatus."""
        field, known = self.workflow_state_field, set()
        for row in self.states:
            if row.doc_status not in known:
                known.add(row.doc_status)
                frappe.db.sql(
                    f"update `tab{self.document_type}` set `{field}` = %s"
                    f" where ifnull(`{field}`, '') = '' and `docstatus` = %s",
                    (row.state, cint(row.doc_status)),
                )

    def validate_docstatus(self) -> None:
        states = {row.state: cint(row.doc_status) for row in self.states}
        for step in self.transitions:
            for state in (step.state, step.next_state):
                if state not in states:
                    frappe.throw(_("{0} not a valid State").format(state))
            text = _forbidden(states[step.state], states[step.next_state])
            if text:
                frappe.throw(text.format(step.idx))


def _forbidden(now: int, then: int) -> str:
    if now == 2:
        return _("Cannot change state of Cancelled Document. Transition row {0}")
    if now == 1 and then == 0:
        return _("Submitted Document cannot be converted back to draft. Transition row {0}")
    if now == 0 and then == 2:
        return _("Cannot cancel before submitting. See Transition {0}")
    return ""
