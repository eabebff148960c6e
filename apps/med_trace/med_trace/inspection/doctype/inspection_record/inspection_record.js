// Accepts the lot, and notes when a value was measured: a value of 0 is told from none by it.

(() => {
	frappe.ui.form.on("Inspection Record", {
		refresh(frm) {
			if (frm.doc.docstatus === 1 && frm.doc.verdict === "Accepted") {
				frm.add_custom_button(__("Accept Lot"), () =>
					frm.call("accept_lot").then(() => frappe.show_alert(__("Lot {0} is accepted", [frm.doc.lot])))
				);
			}
		},
	});

	frappe.ui.form.on("Inspection Result", { value: note_time, attribute: note_time });

	function note_time(frm, doctype, name) {
		if (!locals[doctype][name].measured_at) {
			frappe.model.set_value(doctype, name, "measured_at", frappe.datetime.now_datetime());
		}
	}
})();
