// A draft is approved by signature; an approved revision is changed by making the next one.

(() => {
	frappe.ui.form.on("Process Routing", {
		refresh(frm) {
			if (frm.is_new()) return;
			if (frm.doc.workflow_state === "Draft") {
				frm.add_custom_button(__("Sign Approval"), () => sign(frm, "Approved"));
				return;
			}
			frm.disable_save();
			frm.add_custom_button(__("New Revision"), () => make_revision(frm));
			if (frm.doc.workflow_state === "Approved") {
				frm.add_custom_button(__("Sign Withdrawal"), () => sign(frm, "Obsolete"));
			}
		},
	});

	function make_revision(frm) {
		frm.call("make_revision").then(({ message }) => frappe.set_route("Form", frm.doctype, message));
	}

	function sign(frm, meaning) {
		frappe.prompt(
			[
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason") },
				{ fieldname: "password", fieldtype: "Password", label: __("Your password"), reqd: 1 },
			],
			(values) =>
				frappe
					.call("med_trace.api.sign.sign", {
						doctype: frm.doctype,
						name: frm.doc.name,
						meaning,
						password: values.password,
						reason: values.reason,
					})
					.then(() => frm.reload_doc()),
			__("Sign {0} as {1}", [frm.doc.name, frappe.session.user_fullname]),
			__("Sign: {0}", [__(meaning)])
		);
	}
})();
