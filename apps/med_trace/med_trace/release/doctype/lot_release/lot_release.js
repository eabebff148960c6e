// Shows what still blocks and asks for the signature; the server decides.

frappe.ui.form.on("Lot Release", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.docstatus === 0) {
			frm.page.clear_primary_action();
			frm.add_custom_button(__("Sign Release"), () => sign(frm, "Released", false));
		}
		if (frm.doc.docstatus === 1) {
			frm.add_custom_button(__("Revoke Release"), () => sign(frm, "Release Revoked", true));
		}
	},
});

function sign(frm, meaning, needs_reason) {
	frappe.prompt(
		[
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: needs_reason ? 1 : 0 },
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
