// Shows what is out of limits, and notes when a reading was taken: a reading of 0 is told from none by its time.

(() => {
	frappe.ui.form.on("Process Record", {
		refresh(frm) {
			const worst = ["Out Of Specification", "Warning"].find((judgement) =>
				frm.doc.parameters.some((row) => row.judgement === judgement)
			);
			if (worst) {
				const colour = worst === "Warning" ? "orange" : "red";
				frm.dashboard.set_headline_alert(__(worst), colour);
			}
		},
	});

	frappe.ui.form.on("Process Parameter", {
		value: note_time,
		minimum: note_time,
		maximum: note_time,
	});

	function note_time(frm, doctype, name) {
		if (!locals[doctype][name].recorded_at) {
			frappe.model.set_value(doctype, name, "recorded_at", frappe.datetime.now_datetime());
		}
	}
})();
