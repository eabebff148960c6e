// A release is submitted and cancelled by its signatures (public/js/med_trace.js), not by a button.

frappe.ui.form.on("Lot Release", {
	refresh(frm) {
		if (!frm.is_new()) frm.page.clear_primary_action();
	},
});
