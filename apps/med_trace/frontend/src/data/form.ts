/** Writing one record of any DocType: what a form may do, save, submit, steps of its workflow, files, comments. */
import type { InjectionKey } from "vue"
import type { Rights } from "../records/form"
import type { LinkFilters } from "../records/links"
import { boot } from "./boot"
import { withReason } from "./reason"
import { metaOf, type Meta, type Row } from "./records"
import { get, post, postWhole, upload } from "./server"

export interface About extends Rights {
	workflow: { field: string; states: { state: string; docstatus: number }[] } | null
	/** Fields whose change needs a reason; "*" means every field. */
	regulated: string[]
}

export function about(doctype: string): Promise<About> {
	return get<About>("med_trace.api.records.about", { doctype })
}

export function recordTypes(): Promise<{ name: string; module: string }[]> {
	return get("med_trace.api.records.types")
}

/** A new record with its defaults, or one that amends a cancelled record. */
export async function newRecord(doctype: string, amends?: string): Promise<Row> {
	const [doc, meta] = await Promise.all([get<Row>("med_trace.api.records.new", { doctype, amends }), metaOf(doctype)])
	return { ...provisional(doc, meta), __islocal: 1, docstatus: 0 }
}

function provisional(doc: Row, meta: Meta): Row {
	const tables = meta.fields.filter((field) => Array.isArray(doc[field.fieldname]))
	const rows = Object.fromEntries(tables.map((field) => [field.fieldname, doc[field.fieldname].map((row: Row) => ({ ...row, name: undefined, __islocal: 1 }))]))
	return { ...doc, ...rows, name: `new-${doc.doctype.toLowerCase().replace(/\W+/g, "-")}-1` }
}

export type Action = "Save" | "Submit" | "Update"

/** Saves the record as the form holds it; the answer is the record as it is then. */
export async function save(doc: Row, action: Action): Promise<Row> {
	const rows = numbered(doc)
	const answer = await withReason((reason) =>
		postWhole<{ docs: Row[] }>("frappe.desk.form.save.savedocs", { doc: JSON.stringify(reason ? { ...rows, change_reason: reason } : rows), action, change_reason: reason }),
	)
	return answer.docs[0]
}

/** Rows carry the place that the form gives them. */
function numbered(doc: Row): Row {
	const entries = Object.entries(doc).map(([key, value]) => [key, isRows(value) ? value.map((row, index) => ({ ...row, idx: index + 1 })) : value])
	return Object.fromEntries(entries)
}

function isRows(value: unknown): value is Row[] {
	return Array.isArray(value) && value.every((one) => one && typeof one === "object")
}

export async function cancel(doctype: string, name: string, reason?: string): Promise<void> {
	await withReason((given) => postWhole("frappe.desk.form.save.cancel", { doctype, name, change_reason: given }), reason)
}

export async function remove(doctype: string, name: string, reason?: string): Promise<void> {
	await withReason((given) => post("frappe.client.delete", { doctype, name, change_reason: given }), reason)
}

/** A draft that supersedes an approved routing or plan; its name. */
export async function reviseRecord(doctype: string, name: string): Promise<string> {
	return withReason((reason) => post<string>("run_doc_method", { dt: doctype, dn: name, method: "make_revision", change_reason: reason }))
}

export interface Transition {
	action: string
	state: string
	next_state: string
}

export function transitions(doc: Row): Promise<Transition[]> {
	return post<Transition[]>("frappe.model.workflow.get_transitions", { doc: JSON.stringify({ doctype: doc.doctype, name: doc.name }) })
}

export function takeStep(doc: Row, action: string): Promise<unknown> {
	return withReason((reason) => post("frappe.model.workflow.apply_workflow", { doc: JSON.stringify({ doctype: doc.doctype, name: doc.name, change_reason: reason }), action, change_reason: reason }))
}

export interface Suggestion {
	value: string
	description: string
}

/** What a record says in these fields; nothing when it is not there or not to be read. */
export function valuesOf(doctype: string, name: string, fields: string[]): Promise<Row> {
	return get<Row | null>("frappe.client.get_value", { doctype, filters: name, fieldname: fields }).then((found) => found ?? {}, () => ({}))
}

/** Another way to look up links, for forms that go through another door. */
export const SUGGEST = Symbol("suggest") as InjectionKey<typeof suggestions>

/** What fits the text that was typed into a link, and its filters; a search that is overtaken is stopped. */
export function suggestions(doctype: string, text: string, from: string, signal?: AbortSignal, filters: LinkFilters = {}): Promise<Suggestion[]> {
	return get<Suggestion[]>("frappe.desk.search.search_link", { doctype, txt: text, page_length: 12, reference_doctype: from, filters: Object.keys(filters).length ? filters : undefined }, signal)
}

export function comment(doctype: string, name: string, content: string): Promise<unknown> {
	return post("frappe.desk.form.utils.add_comment", {
		reference_doctype: doctype,
		reference_name: name,
		content,
		comment_email: boot.user,
		comment_by: boot.full_name,
	})
}

export interface Attached {
	name: string
	file_name: string
	file_url: string
}

export function attach(file: File, doctype: string, name?: string, fieldname?: string): Promise<Attached> {
	const place: Record<string, string> = { doctype, is_private: "1", folder: "Home/Attachments" }
	if (name) place.docname = name
	if (fieldname) place.fieldname = fieldname
	return upload<Attached>(file, place)
}

export async function detach(file: string): Promise<void> {
	await remove("File", file)
}
