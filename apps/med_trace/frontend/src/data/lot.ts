/** One lot, one file: what belongs to it, from wherever it is kept. */
import { list, type Filter, type Row } from "./records"
import { get } from "./server"
import { signatures, type Signature } from "./sign"

export const PAGE = 50

export async function lot(name: string): Promise<Row> {
	return get<Row>("frappe.client.get", { doctype: "Material Lot", name })
}

export interface LotEvent {
	name: string
	type: string
	time: string
	operator: string
	reason: string | null
	source_doctype: string | null
	source_name: string | null
	reverses: string | null
	party: string | null
	actions: { action: string; quantity: number; uom: string; units: number; state: string; before: string }[]
}

const EVENT_FIELDS = "name event_type event_time operator reason source_doctype source_name reverses consignee supplier".split(" ")
const ROW_FIELDS = "action quantity uom serial_unit state_before state_after".split(" ")

/** Events that name the lot, newest first; `rows` how many rows of them are asked for. */
export function events(name: string, rows: number): Promise<{ events: LotEvent[]; more: boolean }> {
	return eventsWhere(name, rows, [])
}

const LEAVING = ["Shipped", "Delivered", "Returned", "Used"]

/** Events by which some of the lot left the house or came back, newest first. */
export function shipments(name: string, rows: number): Promise<{ events: LotEvent[]; more: boolean }> {
	return eventsWhere(name, rows, [["event_type", "in", LEAVING]])
}

async function eventsWhere(name: string, rows: number, more: Filter[]): Promise<{ events: LotEvent[]; more: boolean }> {
	const fields = [...EVENT_FIELDS, ...ROW_FIELDS.map((field) => `\`tabTrace Event Item\`.\`${field}\` as row_${field}`)]
	const found = await list("Trace Event", {
		fields,
		filters: [["Trace Event Item", "lot", "=", name], ...more],
		order_by: "`tabTrace Event`.`event_time` desc, `tabTrace Event`.`creation` desc",
		limit: rows + 1,
	})
	return { events: grouped(found.slice(0, rows)), more: found.length > rows }
}

/** Rows of one event and action together: so many pieces, not a line for each. */
export function grouped(rows: Row[]): LotEvent[] {
	const found = new Map<string, LotEvent>()
	for (const row of rows) {
		const event = found.get(row.name) ?? started(row)
		found.set(row.name, event)
		const line = event.actions.find((one) => one.action === row.row_action && one.state === row.row_state_after)
		const into = line ?? { action: row.row_action, quantity: 0, uom: row.row_uom, units: 0, state: row.row_state_after, before: row.row_state_before }
		if (!line) event.actions.push(into)
		into.quantity += Number(row.row_quantity) || 0
		into.units += row.row_serial_unit ? 1 : 0
	}
	return [...found.values()]
}

function started(row: Row): LotEvent {
	return {
		name: row.name,
		type: row.event_type,
		time: row.event_time,
		operator: row.operator,
		reason: row.reason,
		source_doctype: row.source_doctype,
		source_name: row.source_name,
		reverses: row.reverses,
		party: row.consignee || row.supplier,
		actions: [],
	}
}

export function operations(name: string): Promise<Row[]> {
	const fields = "name operation_no operation_name equipment tool operator started_at finished_at quantity_good quantity_scrap docstatus".split(" ")
	return list("Process Record", { fields, filters: [["lot", "=", name]], order_by: "operation_no asc, started_at asc", limit: 200 })
}

export function inspections(name: string): Promise<Row[]> {
	const fields = "name stage plan verdict inspector inspected_at quantity docstatus ncr".split(" ")
	return list("Inspection Record", { fields, filters: [["lot", "=", name]], order_by: "inspected_at asc", limit: 200 })
}

export async function ncrs(name: string): Promise<Row[]> {
	const fields = ["name", "title", "severity", "workflow_state", "creation"]
	const found = await list("NCR", { fields, filters: [["NCR Lot", "lot", "=", name]], order_by: "`tabNCR`.`creation` desc", limit: 200 })
	return [...new Map(found.map((row) => [row.name, row])).values()]
}

export interface Release {
	name: string
	workflow_state: string
	docstatus: number
	released_at: string | null
	signatures: Signature[]
}

export async function releases(name: string): Promise<Release[]> {
	const found = await list<Release>("Lot Release", {
		fields: ["name", "workflow_state", "docstatus", "released_at"],
		filters: [["lot", "=", name]],
		order_by: "creation desc",
	})
	const signed = await Promise.all(
		found.map((one) => signatures("Lot Release", one.name)),
	)
	return found.map((one, index) => ({ ...one, signatures: signed[index] }))
}

export function units(name: string, start: number): Promise<Row[]> {
	const fields = "name serial_no state whereabouts consignee cavity".split(" ")
	return list("Serial Unit", { fields, filters: [["lot", "=", name]], order_by: "name asc", start, limit: PAGE })
}

export interface Label {
	title: string
	lines: [string, string][]
	human_readable: string | null
	plain: string
}

export interface LabelPreview {
	data: Label
	svg: string
}

/** The label as data and as a picture: an address of our own, so that nothing in it can run. */
export async function label(doctype: string, name: string): Promise<LabelPreview> {
	const [data, svg] = await Promise.all([
		get<Label>("med_trace.api.label.data", { doctype, name }),
		get<string>("med_trace.api.label.svg", { doctype, name }),
	])
	return { data, svg: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}` }
}

export interface LotFile {
	file_name: string
	file_url: string
	size: number
	document_type: string
	document_name: string
	added: string
}

export const files = (lot: string) => get<{ files: LotFile[]; count: number }>("med_trace.api.files.of_lot", { lot })
