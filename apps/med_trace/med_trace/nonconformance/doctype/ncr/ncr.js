// Dispositions are signed under evaluation; the server says what does not add up.

(() => {
	frappe.ui.form.on("NCR", {
		refresh(frm) {
			if (frm.is_new() || frm.doc.workflow_state !== "Under Evaluation") return;
			frm.add_custom_button(__("Sign Dispositions"), () => sign(frm, "Disposition Approved"));
		},
	});

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
