// Every form of the desk: its signatures and whether they hold, the dialog that signs, the reason for a change of
// what is regulated, and the way to the page of the record. The server decides; this only asks.

(() => {
	const API = "/api/method/med_trace.api.";
	// DocType -> its page. Every other record of ours has one by its type and name.
	const PAGES = {
		"Material Lot": (doc) => `lot/${encodeURIComponent(doc.name)}`,
		"Lot Release": (doc) => `release/${encodeURIComponent(doc.lot)}`,
		"Process Record": (doc) => `work/${encodeURIComponent(doc.name)}`,
		"Inspection Record": (doc) => `inspect/${encodeURIComponent(doc.name)}`,
		Recall: (doc) => `recall/${encodeURIComponent(doc.name)}`,
	};
	const known = new Set();
	const stored = new WeakMap();
	let types = null;

	$(document).on("form-load form-refresh", (event, frm) => {
		attach(frm.doctype);
		if (event.type === "form-refresh" && !frm.is_new()) show(frm);
	});

	// -- the server -----------------------------------------------------------------

	// Not frappe.call: a wrong password is a 401, which the desk takes for the end of the session.
	async function ask(method, values, verb = "GET") {
		const query = verb === "GET" ? `?${new URLSearchParams(values)}` : "";
		const answer = await fetch(API + method + query, {
			method: verb,
			headers: {
				Accept: "application/json",
				"Content-Type": "application/json",
				"X-Frappe-CSRF-Token": frappe.csrf_token,
			},
			body: verb === "GET" ? undefined : JSON.stringify(values),
		});
		const body = await answer.json().catch(() => ({}));
		if (answer.ok) return body.message;
		throw Object.assign(new Error(words(body)), { kind: body.exc_type });
	}

	function words(body) {
		const shown = JSON.parse(body._server_messages || "[]").map((entry) => JSON.parse(entry).message);
		return shown.join("<br>") || __("The server did not answer. Try again.");
	}

	function signed_types() {
		types = types || ask("sign.types", {}).catch(() => ({ signed: [], regulated: {}, ours: [] }));
		return types;
	}

	// -- what a form shows ----------------------------------------------------------

	async function show(frm) {
		const { signed, regulated, ours } = await signed_types();
		const name = frm.doc.name;
		if (!frm.is_dirty()) remember(frm, regulated[frm.doctype]);
		if (ours.includes(frm.doctype)) link_to_page(frm);
		if (!signed.includes(frm.doctype)) return;
		const about = { doctype: frm.doctype, name };
		const [status, signatures] = await Promise.all([ask("sign.status", about), ask("sign.signatures", about)]);
		if (frm.doc.name !== name) return;
		frm.med_trace_status = status;
		panel(frm, signatures);
		for (const meaning of status.meanings.filter((one) => one.may_sign)) {
			frm.add_custom_button(__("Sign: {0}", [__(meaning.meaning)]), () => sign(frm, meaning), __("Signature"));
		}
	}

	function link_to_page(frm) {
		const own = PAGES[frm.doctype];
		const path = own ? own(frm.doc) : `records/${encodeURIComponent(frm.doctype)}/${encodeURIComponent(frm.doc.name)}`;
		frm.add_custom_button(__("Open in Med Trace"), () => window.open(`/med-trace/${path}`, "_blank"));
	}

	function panel(frm, signatures) {
		frm.dashboard.parent.find(".med-trace-signatures").remove();
		if (!signatures.length) return;
		const rows = signatures.map(row_of).join("");
		frm.dashboard.add_section(`<ul class="list-unstyled">${rows}</ul>`, __("Signatures"), "custom med-trace-signatures");
		frm.dashboard.show();
	}

	function row_of(one) {
		const escape = frappe.utils.escape_html;
		const [colour, state] = one.valid ? ["green", __("valid")] : ["red", __("broken")];
		const said = [one.printed_name, __(one.meaning), `${one.signed_at.slice(0, 19)} ${one.time_zone}`, one.reason];
		const fault = one.valid ? "" : `<div class="text-danger">${escape(one.fault)}</div>${changes_of(one)}`;
		const line = said.filter(Boolean).map(escape).join(", ");
		return `<li><span class="indicator-pill ${colour}">${state}</span> ${line}${fault}</li>`;
	}

	function changes_of(one) {
		const escape = (value) => frappe.utils.escape_html(typeof value === "object" ? JSON.stringify(value) : String(value));
		const rows = one.differences.map(
			(change) => `<li>${escape(change.place)}: ${escape(change.signed)} &rarr; ${escape(change.now)}</li>`
		);
		return rows.length ? `<ul>${rows.join("")}</ul>` : "";
	}

	// -- signing --------------------------------------------------------------------

	function sign(frm, meaning) {
		return new Promise((done) => {
			const dialog = new frappe.ui.Dialog({
				title: __("Sign {0} as {1}", [frm.doc.name, frm.med_trace_status.printed_name]),
				fields: fields_for(meaning, frm.med_trace_status.needs_user),
				primary_action_label: __("Sign: {0}", [__(meaning.meaning)]),
				primary_action: (values) => give(frm, meaning, values, dialog).then((given) => given && done(true)),
			});
			dialog.onhide = () => done(false);
			dialog.show();
		});
	}

	function fields_for(meaning, needs_user) {
		return [
			{ fieldname: "refusal", fieldtype: "HTML" },
			{ fieldname: "user", fieldtype: "Data", label: __("User id"), hidden: needs_user ? 0 : 1 },
			{ fieldname: "password", fieldtype: "Password", label: __("Your password"), reqd: 1 },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: meaning.reason_required ? 1 : 0 },
		];
	}

	async function give(frm, meaning, values, dialog) {
		const { user, password, reason } = values;
		const about = { doctype: frm.doctype, name: frm.doc.name, meaning: meaning.meaning };
		dialog.disable_primary_action();
		try {
			await ask("sign.sign", { ...about, user, password, reason }, "POST");
		} catch (error) {
			refuse(dialog, error);
			return false;
		}
		dialog.hide();
		frappe.show_alert({ message: __("Signed: {0}", [__(meaning.meaning)]), indicator: "green" });
		await frm.reload_doc();
		return true;
	}

	function refuse(dialog, error) {
		const text = frappe.dom.remove_script_and_style(error.message);
		dialog.enable_primary_action();
		if (error.kind === "UserIdRequired") dialog.set_df_property("user", "hidden", 0);
		dialog.set_value("password", "");
		dialog.get_field("refusal").$wrapper.html(`<div class="alert alert-danger" role="alert">${text}</div>`);
	}

	// -- what is asked before a form is saved or moved on ---------------------------

	function attach(doctype) {
		if (known.has(doctype)) return;
		known.add(doctype);
		frappe.ui.form.on(doctype, { before_save: ask_why, before_workflow_action: sign_first });
	}

	// The action that a signature carries is taken by signing; the server takes the step.
	function sign_first(frm) {
		const meanings = (frm.med_trace_status && frm.med_trace_status.meanings) || [];
		const carried = meanings.find((one) => one.action === frm.selected_workflow_action && one.may_sign);
		if (!carried) return Promise.resolve();
		frappe.dom.unfreeze();
		sign(frm, carried);
		return new Promise(() => {});
	}

	function remember(frm, fields) {
		if (fields && fields.length) stored.set(frm, values_of(frm, fields));
	}

	function values_of(frm, fields) {
		const hidden = (key) => key.startsWith("_") || ["modified", "modified_by", "change_reason"].includes(key);
		const named = fields.includes("*") ? Object.keys(frm.doc).filter((key) => !hidden(key)) : fields;
		return Object.fromEntries(named.map((field) => [field, JSON.stringify(frm.doc[field] || null)]));
	}

	async function ask_why(frm) {
		const { regulated } = await signed_types();
		const fields = regulated[frm.doctype];
		const before = stored.get(frm);
		if (frm.is_new() || !fields || !before) return;
		const now = values_of(frm, fields);
		const changed = Object.keys({ ...before, ...now }).filter((field) => before[field] !== now[field]);
		if (changed.length) frm.doc.change_reason = await reason_for(frm, changed);
	}

	function reason_for(frm, changed) {
		const labels = changed.map((field) => __(frappe.meta.get_label(frm.doctype, field)));
		return new Promise((given, refused) => {
			let reason = "";
			const dialog = frappe.prompt(
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: labels.join(", ") },
				(values) => {
					reason = values.reason;
					given(reason);
				},
				__("Why is it changed?"),
				__("Save")
			);
			dialog.onhide = () => reason || refused();
		});
	}
})();
