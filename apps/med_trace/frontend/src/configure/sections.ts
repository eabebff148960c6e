/** The sections of the page of the configuration. A table: the page only draws it. */

export interface Section {
	key: string
	title: string
	/** What it is for, in one sentence. */
	about: string
	doctype?: string
	/** The columns of its list. */
	columns?: string[]
	kind: "records" | "fields" | "limits" | "revisions" | "settings" | "roles" | "changes"
}

export const SECTIONS: Section[] = [
	{ key: "fields", title: "Custom fields", kind: "fields", doctype: "Custom Field", about: "Fields of your own on lots, records and stock documents. They appear in lists and forms at once." },
	{ key: "workflows", title: "Workflows", kind: "records", doctype: "Workflow", columns: ["document_type", "is_active"], about: "States and steps of records, and who may take each step. States that the rules rest on stay." },
	{ key: "workflow-states", title: "Workflow states", kind: "records", doctype: "Workflow State", columns: ["style"], about: "The words that workflows use for their states." },
	{ key: "workflow-actions", title: "Workflow actions", kind: "records", doctype: "Workflow Action Master", columns: [], about: "The words that workflows use for their steps." },
	{ key: "limits", title: "Limits", kind: "limits", about: "Limits of process parameters and of characteristics. A change makes a new revision, which counts once Quality has signed it." },
	{ key: "routings", title: "Routings", kind: "revisions", doctype: "Process Routing", columns: ["item_code", "revision", "workflow_state", "effective_from"], about: "Operations and parameters of a product, by revision." },
	{ key: "plans", title: "Inspection plans", kind: "revisions", doctype: "Inspection Plan", columns: ["item_code", "stage", "revision", "workflow_state", "effective_from"], about: "What is inspected, how, and how many samples, by revision." },
	{ key: "signatures", title: "Signature rules", kind: "records", doctype: "Signature Rule", columns: ["document_type", "meaning", "role", "count"], about: "Which record needs whose signature, how many, and for which step." },
	{ key: "regulated", title: "Regulated fields", kind: "records", doctype: "Regulated Field", columns: ["document_type", "fieldname", "reason_needed"], about: "Fields whose change needs a reason." },
	{ key: "labels", title: "Label layout", kind: "records", doctype: "Label Layout", columns: ["kind", "active", "width"], about: "Lines, size and symbols of labels, for all lots or for one kind." },
	{ key: "notices", title: "Notices", kind: "records", doctype: "Notification", columns: ["document_type", "event", "channel", "enabled"], about: "Who is told when a record is made, saved or changed, on which condition and in which words." },
	{ key: "prints", title: "Print layouts", kind: "records", doctype: "Print Format", columns: ["doc_type", "default_print_language", "disabled"], about: "How records look on paper. A record offers the layouts of its type." },
	{ key: "devices", title: "Registered devices", kind: "records", doctype: "Registered Device", columns: ["device_name", "kind", "status", "workstation", "user"], about: "Machines, scanners and terminals that may send entries." },
	{ key: "settings", title: "Settings", kind: "settings", doctype: "Trace Settings", about: "Identifiers of the company, holds, signatures, sealing." },
	{ key: "roles", title: "Roles", kind: "roles", doctype: "DocType", about: "Who may do what, from the rules as they are now. Roles that check or configure keep their duty." },
	{ key: "changes", title: "Changes", kind: "changes", about: "Every change of the configuration: who, when, why, old and new." },
]
