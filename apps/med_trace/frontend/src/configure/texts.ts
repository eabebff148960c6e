/** The forms of notices and print layouts: the parts that are asked for, whatever else Frappe's own forms have. Knows nothing of Vue. */
import type { Field, Meta } from "../data/records"

/** What the server says of the record type that a text is about. */
export interface TextFacts {
	doctypes: string[]
	fields?: { fieldname: string; label: string; fieldtype: string }[]
	/** Fields that name a person. */
	receivers?: string[]
	roles?: string[]
	events?: string[]
	/** A print layout to begin with. */
	starter?: string
}

type Part = Field & { from?: "doctypes" | "fields" | "receivers" | "roles" | "events" }

const RECEIVERS: Part[] = [
	{ fieldname: "receiver_by_role", fieldtype: "Select", label: "Everyone with the role", from: "roles", in_list_view: 1 },
	{ fieldname: "receiver_by_document_field", fieldtype: "Select", label: "Or who is named in", from: "receivers", in_list_view: 1 },
]

const FORMS: Record<string, Part[]> = {
	Notification: [
		{ fieldname: "document_type", fieldtype: "Select", label: "About", from: "doctypes", reqd: 1 },
		{ fieldname: "event", fieldtype: "Select", label: "Goes out on", from: "events", reqd: 1 },
		{ fieldname: "value_changed", fieldtype: "Select", label: "Field that changes", from: "fields", depends_on: "eval:doc.event=='Value Change'", mandatory_depends_on: "eval:doc.event=='Value Change'" },
		{ fieldname: "channel", fieldtype: "Select", label: "By", options: "System Notification\nEmail", reqd: 1 },
		{ fieldname: "enabled", fieldtype: "Check", label: "Enabled" },
		{ fieldname: "condition", fieldtype: "Small Text", label: "Only when", description: "For example doc.severity == 'Critical'. Empty: always." },
		{ fieldname: "section_recipients", fieldtype: "Section Break", label: "Recipients" },
		{ fieldname: "recipients", fieldtype: "Table", label: "Recipients", options: "Notification Recipient", reqd: 1 },
		{ fieldname: "section_text", fieldtype: "Section Break", label: "What it says" },
		{ fieldname: "subject", fieldtype: "Small Text", label: "Subject", reqd: 1, description: "What stands in the record is filled in: {{ doc.name }}" },
		{ fieldname: "message", fieldtype: "Code", label: "Message", reqd: 1 },
	],
	"Print Format": [
		{ fieldname: "doc_type", fieldtype: "Select", label: "About", from: "doctypes", reqd: 1, set_only_once: 1 },
		{ fieldname: "default_print_language", fieldtype: "Select", label: "Language", options: "en\nzh" },
		{ fieldname: "disabled", fieldtype: "Check", label: "Disabled" },
		{ fieldname: "section_text", fieldtype: "Section Break", label: "Layout" },
		{ fieldname: "html", fieldtype: "Code", label: "Layout", reqd: 1, description: "Plain HTML. What stands in the record is filled in: {{ doc.name }}. {{ _('Title') }} is said in the language of the print." },
	],
}

export const isText = (doctype: string) => doctype in FORMS

/** The record type that a text is about. */
export const aboutOf = (doc: Record<string, unknown>) => String(doc.document_type ?? doc.doc_type ?? "")

/** The DocType as its form shows it here. */
export function textForm(meta: Meta, facts: TextFacts): Meta {
	const parts = (all: Part[]): Field[] => all.map(({ from, ...field }) => (from ? { ...field, options: choices(facts, from, !!field.reqd) } : field))
	const recipients = { name: "Notification Recipient", fields: parts(RECEIVERS), tables: {} }
	return { ...meta, fields: parts(FORMS[meta.name]), tables: { "Notification Recipient": recipients } }
}

function choices(facts: TextFacts, from: NonNullable<Part["from"]>, isRequired: boolean): string {
	const found = from === "fields" ? (facts.fields ?? []).map((field) => field.fieldname) : (facts[from] ?? [])
	return [...(isRequired ? [] : [""]), ...found].join("\n")
}

/** What a new one starts with. */
export function newText(doctype: string): Record<string, unknown> {
	return doctype === "Notification" ? { document_type: "NCR", event: "New", channel: "System Notification", enabled: 1, message: "", recipients: [] } : { doc_type: "NCR", html: "" }
}
