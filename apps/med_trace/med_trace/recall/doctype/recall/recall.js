// Leads through a recall: scope, holds, notices. Its signatures are in public/js/med_trace.js; the server decides.

const STEPS = "med_trace.api.recall_steps.";

frappe.ui.form.on("Recall", {
	refresh(frm) {
		if (frm.is_new()) return;
		const state = frm.doc.workflow_state;
		if (["Draft", "Scoped"].includes(state)) {
			frm.add_custom_button(__("Build Scope"), () => step(frm, "build_scope"));
		}
		if (state === "Scoped") {
			frm.add_custom_button(__("Place Holds"), () => step(frm, "place_holds"));
		}
		if (state !== "Draft") {
			frm.add_custom_button(__("Verify Snapshot"), () => verify(frm));
			frm.add_custom_button(__("Notice"), () => notice(frm));
		}
	},
});

function step(frm, name, values = {}) {
	return frappe
		.call({ method: STEPS + name, args: { recall: frm.doc.name, ...values }, freeze: true })
		.then(() => frm.reload_doc());
}

function verify(frm) {
	frappe.call(STEPS + "verify_snapshot", { recall: frm.doc.name }).then(({ message }) =>
		frappe.msgprint(
			message.valid
				? __("The ledger gives the same scope: {0}", [message.digest])
				: __("The record differs from the ledger in: {0}", [message.differences.join(", ")])
		)
	);
}

function notice(frm) {
	const consignees = [...new Set(frm.doc.consignees.map((row) => row.consignee))];
	frappe.prompt(
		{ fieldname: "consignee", fieldtype: "Select", label: __("Consignee"), options: consignees, reqd: 1 },
		({ consignee }) => {
			const query = new URLSearchParams({ recall: frm.doc.name, consignee, format: "pdf" });
			window.open(`/api/method/${STEPS}notice?${query}`);
		},
		__("Notice")
	);
}
