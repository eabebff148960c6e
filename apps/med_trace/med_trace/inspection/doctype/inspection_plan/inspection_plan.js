// An approved revision is changed by making the next one; drafts are approved by signature (public/js/med_trace.js).

frappe.ui.form.on("Inspection Plan", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.workflow_state === "Draft") return;
		frm.disable_save();
		frm.add_custom_button(__("New Revision"), () =>
			frm.call("make_revision").then(({ message }) => frappe.set_route("Form", frm.doctype, message))
		);
	},
});
