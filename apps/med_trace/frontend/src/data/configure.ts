/** The configuration of the site: what may be changed, through a door of its own that always wants a reason. */
import { t } from "../i18n"
import { Failure } from "./failure"
import type { TextFacts } from "../configure/texts"
import type { About } from "./form"
import { askReason } from "./reason"
import type { Row } from "./records"
import { get, post } from "./server"

const door = (name: string) => `med_trace.api.configure.${name}`

export function entries(doctype: string): Promise<Row[]> {
	return get<Row[]>(door("entries"), { doctype })
}

export function configured(doctype: string, name?: string): Promise<{ doc: Row; about: About }> {
	return get(door("record"), { doctype, name })
}

/** Asks for the reason, then saves. Throws Failure "stopped" when none is given. */
export async function saveConfigured(doc: Row): Promise<Row> {
	const reason = await because(t("Configuration: {0}", t(doc.doctype)))
	return post<Row>(door("save"), { doc, reason })
}

export async function removeConfigured(doctype: string, name: string): Promise<void> {
	const reason = await because(t("{0} {1} is removed.", t(doctype), name))
	await post(door("remove"), { doctype, name, reason })
}

export interface LimitChange {
	table: string
	idx: number
	[field: string]: unknown
}

/** A new draft revision; its name. */
export async function revise(doctype: string, name: string, rows: LimitChange[] = []): Promise<string> {
	const reason = await because(t("A new revision of {0} is made; it counts once it is signed.", name))
	return post<string>(door("revise"), { doctype, name, reason, rows })
}

async function because(words: string): Promise<string> {
	const reason = await askReason([words])
	if (!reason) throw new Failure("stopped", [])
	return reason
}

export interface FieldRow {
	fieldname: string
	label: string
	fieldtype: string
	options: string
	custom_field: string
	is_own: boolean
}

export function fieldsOf(doctype: string): Promise<FieldRow[]> {
	return get<FieldRow[]>(door("fields_of"), { doctype })
}

export function extensible(): Promise<string[]> {
	return get<string[]>(door("doctypes"))
}

export interface RoleOverview {
	roles: string[]
	/** Roles whose rights do not change. */
	fixed: string[]
	rows: RightsRow[]
}

export interface RightsRow {
	doctype: string
	/** Role to letters: read r, write w, create c, delete d, submit s, cancel x. */
	rights: Record<string, string>
	/** The rights that can be given. */
	offered: string
	/** The site has rules of its own. */
	changed: boolean
}

export function roleOverview(): Promise<RoleOverview> {
	return get<RoleOverview>(door("roles"))
}

/** Without a role: back to the rules that came with the app. */
export async function giveRights(doctype: string, role?: string, letters = ""): Promise<void> {
	const reason = await because(role ? t("{0}: what {1} may do with it changes.", t(doctype), t(role)) : t("{0}: back to the rules that came with the app.", t(doctype)))
	await post(door("give"), { doctype, role, letters, reason })
}

export function search(doctype: string, text: string, _from: string, signal?: AbortSignal) {
	return get<{ value: string; description: string }[]>(door("search"), { doctype, txt: text }, signal)
}

export function labelPreview(layout: Row): Promise<{ svg: string | null; problem: string | null }> {
	return post("med_trace.api.label.preview", { layout })
}

/** What a notice or a print layout may be about and name. */
export function textFacts(doctype: string, about?: string): Promise<TextFacts> {
	return get(door("texts_of"), { doctype, document_type: about })
}

export interface TextShown {
	/** The record that it is filled in with; null: there is none. */
	record: string | null
	subject: string
	html: string
	/** Whether its condition holds for the record; null: it has none. */
	applies: boolean | null
	/** What saving it would refuse; null: nothing. */
	problem: string | null
}

export function textPreview(doc: Row): Promise<TextShown> {
	return post(door("preview"), { doc })
}
