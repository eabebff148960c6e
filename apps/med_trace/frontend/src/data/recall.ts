/** Recalls: the scope of any cause, the record, and each of its steps. */
import { withReason } from "./reason"
import { list, type Row } from "./records"
import { get, post } from "./server"
import type { Status } from "../recall/progress"
import type { Asked } from "../recall/criteria"

export interface ScopeLot extends Row {
	lot: string
	item_code: string
	item_name: string
	kind: string
	state: string
	uom: string
	supplier: string | null
	supplier_lot: string | null
	heat_no: string | null
	made: number
	on_hand: number
	shipped: number
	returned: number
	/** Of the slice: how much of the lot the cause could be in. */
	concerned?: number
}

export interface ScopeUnit {
	unit: string
	serial_no: string
	lot: string
	state: string
	whereabouts: string
	consignee: string | null
	cavity: string | null
}

export interface ScopeLine {
	consignee: string
	consignee_name: string | null
	address: string | null
	lot: string
	shipped: number
	returned: number
	first_shipped: string | null
	last_shipped: string | null
	units: string[]
	documents: string[]
}

export interface ScopePart {
	lots: ScopeLot[]
	units: ScopeUnit[]
	consignees: ScopeLine[]
}

export interface Scope extends ScopePart {
	roots: string[]
	position: number
	balance: ({ item_code: string; uom: string } & Record<string, number | string>)[]
	gaps: { lot: string | null; kind: string; gap: string }[]
	slice: ScopePart & { is_whole_lot: boolean }
	saved: { lots: number; units: number; consignees: number; quantity: number; shipped: number }
	digest: string
}

export function scope(criteria: Asked[], signal?: AbortSignal): Promise<Scope> {
	return get<Scope>("med_trace.api.recall.scope", { criteria }, signal)
}

export interface Suggestion {
	value: string
	description: string
}

export function values(criterion: string, text: string): Promise<Suggestion[]> {
	return get<Suggestion[]>("med_trace.api.recall.values", { criterion, text })
}

// -- the records

export function recalls(): Promise<Row[]> {
	const fields = "name title recall_class workflow_state lot_count unit_count quantity_shipped quantity_recovered quantity_outstanding initiated_at terminated_at modified".split(" ")
	return list("Recall", { fields, order_by: "creation desc", limit: 100 })
}

export const recall = (name: string) => get<Row>("frappe.client.get", { doctype: "Recall", name })
export const status = (name: string) => get<Status>("med_trace.api.recall_steps.status", { recall: name })

export async function create(values: Row): Promise<string> {
	const made = await post<Row>("frappe.client.insert", { doc: { doctype: "Recall", ...values } })
	return made.name
}

export function change(name: string, values: Row): Promise<Row> {
	return withReason((change_reason) => post<Row>("frappe.client.set_value", { doctype: "Recall", name, fieldname: values, change_reason }))
}

const step = <T = unknown>(method: string) => (recall: string, values: Row = {}) => post<T>(`med_trace.api.recall_steps.${method}`, { recall, ...values })

export const buildScope = step("build_scope")
export const placeHolds = step<string[]>("place_holds")
export const withdraw = step("withdraw")
export const lift = step<string[]>("lift")
export const recordNotice = step("record_notice")
export const recordReply = step("record_reply")
export const recordRecovered = step("record_recovered")
export const recordCheck = step("record_check")

/** The notice in a language, or in the consignee's own. */
export const notice = (recall: string, consignee: string, language?: string) => get<string>("med_trace.api.recall_steps.notice", { recall, consignee, language })

export interface Verification {
	valid: boolean
	stored_digest: string
	digest: string
	position: number
	differences: string[]
}

export const verifySnapshot = (recall: string) => get<Verification>("med_trace.api.recall_steps.verify_snapshot", { recall })
