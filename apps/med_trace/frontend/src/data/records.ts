/** Any DocType over Frappe's own REST: lists, counts, one record with its history. */
import { addWords } from "../i18n"
import { boot } from "./boot"
import { get, getWhole } from "./server"

export type Filter = [field: string, operator: string, value: unknown] | [doctype: string, field: string, operator: string, value: unknown]
export type Row = Record<string, any>

export interface ListQuestion {
	fields?: string[]
	filters?: Filter[]
	order_by?: string
	start?: number
	limit?: number
}

export function list<T = Row>(doctype: string, ask: ListQuestion = {}): Promise<T[]> {
	return get<T[]>("frappe.client.get_list", {
		doctype,
		fields: ask.fields ?? ["name"],
		filters: ask.filters ?? [],
		order_by: ask.order_by,
		limit_start: ask.start ?? 0,
		limit_page_length: ask.limit ?? 20,
	})
}

export function count(doctype: string, filters: Filter[] = []): Promise<number> {
	return get<number>("frappe.client.get_count", { doctype, filters })
}

export interface Field {
	fieldname: string
	fieldtype: string
	label?: string
	options?: string
	/** JSON of the filters that narrow what a link offers. */
	link_filters?: string | null
	description?: string
	default?: string
	in_list_view?: number
	hidden?: number
	reqd?: number
	read_only?: number
	permlevel?: number
	no_copy?: number
	set_only_once?: number
	allow_on_submit?: number
	depends_on?: string
	mandatory_depends_on?: string
	read_only_depends_on?: string
	fetch_from?: string
	length?: number
	precision?: string
	is_custom_field?: number
}

export interface Meta {
	name: string
	fields: Field[]
	title_field?: string
	sort_field?: string
	sort_order?: string
	is_submittable?: number
	issingle?: number
	autoname?: string
	search_fields?: string
	tables: Record<string, Meta>
}

const known = new Map<string, Promise<Meta>>()

/** The DocType and those of its tables, once for each language. */
export function metaOf(doctype: string): Promise<Meta> {
	const key = `${boot.lang}:${doctype}`
	if (!known.has(key)) {
		const asked = loadMeta(doctype)
		asked.catch(() => known.delete(key))
		known.set(key, asked)
	}
	return known.get(key)!
}

async function loadMeta(doctype: string): Promise<Meta> {
	const lang = boot.lang
	const words = lang === "en" ? Promise.resolve({}) : get<Record<string, string>>("med_trace.api.screen.words", { lang, doctype })
	const answer = getWhole<{ docs: Meta[] }>("frappe.desk.form.load.getdoctype", { doctype, with_parent: 1 })
	const [{ docs }, more] = await Promise.all([answer, words])
	addWords(more)
	const own = docs.find((meta) => meta.name === doctype)!
	return { ...own, tables: Object.fromEntries(docs.map((meta) => [meta.name, meta])) }
}

export interface Version {
	name: string
	owner: string
	creation: string
	data: string
}

export interface Comment {
	name: string
	owner: string
	creation: string
	content: string
	comment_type: string
}

export interface Record_ {
	doc: Row
	versions: Version[]
	comments: Comment[]
	attachments: { name: string; file_name: string; file_url: string }[]
	people: Record<string, { fullname: string }>
	permissions: Record<string, number | boolean>
}

export async function record(doctype: string, name: string): Promise<Record_ | null> {
	const answer = await getWhole<{ docs?: Row[]; docinfo?: Row }>("frappe.desk.form.load.getdoc", { doctype, name })
	if (!answer.docs?.length) return null
	const info = answer.docinfo ?? {}
	return {
		doc: answer.docs[0],
		versions: info.versions ?? [],
		comments: [...(info.comments ?? []), ...(info.workflow_logs ?? [])],
		attachments: info.attachments ?? [],
		people: info.user_info ?? {},
		permissions: info.permissions ?? {},
	}
}
