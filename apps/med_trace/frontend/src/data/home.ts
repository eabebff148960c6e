/** What waits for whom: a table of questions, counted on the server. */
import type { RouteLocationRaw } from "vue-router"
import type { Figure } from "../home/figures"
import { boot, hasRole, mayRead } from "./boot"
import { count, list, type Filter, type Row } from "./records"
import { get } from "./server"

export interface Task {
	title: string
	/** What to say when nothing waits. */
	done: string
	doctype: string
	query: Record<string, string>
	filters: Filter[]
	fields: string[]
	roles: string[]
	/** What waits for one person: nobody sees it for him. */
	mine?: boolean
	/** Red when something waits. */
	urgent?: boolean
	/** Where one of them is dealt with; none: its own page. */
	place?: (row: Row) => RouteLocationRaw
	/** Where all of them are; none: the list with `query`. */
	all?: RouteLocationRaw
}

const LOT = ["name", "item_name", "state", "on_hand", "uom", "modified"]
const QUALITY = "Trace Quality"
const SUPERVISOR = "Trace Supervisor"

export const TASKS: Task[] = [
	{
		title: "Open recalls", done: "No recall is open.", doctype: "Recall", urgent: true,
		query: { workflow_state: "|Draft|Scoped|Initiated" }, filters: [["workflow_state", "in", ["Draft", "Scoped", "Initiated"]]],
		fields: ["name", "title as item_name", "workflow_state as state", "modified"], roles: ["Trace Regulatory", QUALITY, SUPERVISOR],
		place: (row) => ({ name: "recall", params: { name: row.name } }), all: { name: "recalls" },
	},
	{
		title: "Operations to finish", done: "No Process Record is open.", doctype: "Process Record",
		query: { docstatus: "0" }, filters: [["docstatus", "=", 0]],
		fields: ["name", "lot", "operation_name as item_name", "modified"], roles: ["Trace Operator", SUPERVISOR],
		place: (row) => ({ path: `/work/${encodeURIComponent(row.name)}` }), all: { path: "/work" },
	},
	{
		title: "Lots in process", done: "No lot is in process.", doctype: "Material Lot",
		query: { state: "In Process" }, filters: [["state", "=", "In Process"]], fields: LOT, roles: ["Trace Operator", SUPERVISOR],
		place: (row) => ({ path: "/work", query: { lot: row.name } }), all: { path: "/work" },
	},
	{
		title: "Lots to inspect", done: "No lot is in quarantine.", doctype: "Material Lot",
		query: { state: "Quarantine" }, filters: [["state", "=", "Quarantine"]], fields: LOT, roles: ["Trace Inspector", QUALITY, "Trace Warehouse"],
	},
	{
		title: "Inspections to finish", done: "No inspection is open.", doctype: "Inspection Record",
		query: { docstatus: "0" }, filters: [["docstatus", "=", 0]],
		fields: ["name", "lot", "stage as item_name", "modified"], roles: ["Trace Inspector"],
		place: (row) => ({ path: `/inspect/${encodeURIComponent(row.name)}` }), all: { path: "/inspect" },
	},
	{
		title: "Lots awaiting release", done: "No lot awaits release.", doctype: "Material Lot",
		query: { state: "Awaiting Release", on_hand: ">0" }, filters: [["state", "=", "Awaiting Release"], ["on_hand", ">", 0]], fields: LOT, roles: [QUALITY, SUPERVISOR],
		place: (row) => ({ name: "release", params: { lot: row.name } }), all: { name: "releases" },
	},
	{
		title: "Releases to sign", done: "No release waits for a signature.", doctype: "Lot Release",
		query: { docstatus: "0" }, filters: [["docstatus", "=", 0]],
		fields: ["name", "lot", "item_name", "workflow_state as state", "modified"], roles: [QUALITY],
		place: (row) => ({ name: "release", params: { lot: row.lot } }), all: { name: "releases" },
	},
	{
		title: "NCRs to answer", done: "No NCR waits for your answer.", doctype: "NCR", urgent: true, mine: true,
		query: { workflow_state: "!=Closed" }, get filters(): Filter[] { return [["assigned_to", "=", boot.user], ["workflow_state", "!=", "Closed"]] },
		fields: ["name", "title as item_name", "workflow_state as state", "due_date", "modified"], roles: [QUALITY, "Trace Inspector", SUPERVISOR, "Trace Operator", "Trace Warehouse"],
		all: { name: "quality", query: { assigned: "me" } },
	},
	{
		title: "Open NCRs", done: "No NCR is open.", doctype: "NCR", urgent: true,
		query: { workflow_state: "!=Closed" }, filters: [["workflow_state", "!=", "Closed"]],
		fields: ["name", "title as item_name", "workflow_state as state", "modified"], roles: [QUALITY, "Trace Inspector", SUPERVISOR],
		all: { name: "quality" },
	},
	{
		title: "Lots on hold", done: "No lot is on hold.", doctype: "Material Lot", urgent: true,
		query: { state: "On Hold" }, filters: [["state", "=", "On Hold"]], fields: LOT, roles: [QUALITY, "Trace Warehouse", SUPERVISOR],
	},
	{
		title: "Released and on hand", done: "Nothing is ready to ship.", doctype: "Material Lot",
		query: { state: "Released", kind: "Finished", on_hand: ">0" },
		filters: [["state", "=", "Released"], ["kind", "=", "Finished"], ["on_hand", ">", 0]], fields: LOT, roles: ["Trace Warehouse"],
	},
]

const ALL_SEEING = ["Trace Auditor", "Trace Administrator", "System Manager"]

export function myTasks(): Task[] {
	return TASKS.filter((task) => hasRole(...task.roles, ...(task.mine ? [] : ALL_SEEING)) && mayRead(task.doctype))
}

export interface Waiting {
	count: number
	rows: Row[]
}

/** How many, and the five that wait longest. */
export async function waiting(task: Task): Promise<Waiting> {
	const [number, rows] = await Promise.all([
		count(task.doctype, task.filters),
		list(task.doctype, { fields: task.fields, filters: task.filters, order_by: "modified asc", limit: 5 }),
	])
	return { count: number, rows }
}

// -- the figures

export interface FigureCard {
	/** As `med_trace.api.home.figure` knows it; "audit" is answered by the audit trail itself. */
	name: string
	title: string
	/** What to say when there is nothing to count. */
	none: string
	doctype: string
	roles: string[]
}

export const FIGURES: FigureCard[] = [
	{ name: "recall_progress", title: "Open recalls: what is accounted for", none: "No recall is open.", doctype: "Recall", roles: ["Trace Regulatory", QUALITY] },
	{ name: "pass_rate", title: "Inspections: accepted and rejected", none: "Nothing was inspected in the last 12 weeks.", doctype: "Inspection Record", roles: ["Trace Inspector", QUALITY, SUPERVISOR] },
	{ name: "ncr_ages", title: "Open NCRs by age and severity", none: "No NCR is open.", doctype: "NCR", roles: [QUALITY, SUPERVISOR] },
	{ name: "release_waiting", title: "How long lots wait for release", none: "Nothing was released in the last 12 weeks.", doctype: "Lot Release", roles: [QUALITY, SUPERVISOR] },
	{ name: "machine_yield", title: "Yield by equipment", none: "Nothing was made in the last 30 days.", doctype: "Process Record", roles: ["Trace Operator", SUPERVISOR] },
	{ name: "quarantine_ages", title: "Lots in quarantine by age", none: "No lot is in quarantine.", doctype: "Material Lot", roles: ["Trace Warehouse", "Trace Inspector"] },
	{ name: "audit", title: "Audit trail", none: "", doctype: "Audit Seal", roles: [QUALITY] },
]

export function myFigures(): FigureCard[] {
	return FIGURES.filter((one) => hasRole(...one.roles, ...ALL_SEEING) && mayRead(one.doctype))
}

export const figure = (name: string) => get<Figure>("med_trace.api.home.figure", { name })

/** How the audit trail stands: what is sealed, what waits, what the last verification found. */
export interface AuditStatus {
	head?: { number: number; sealed_at?: string } | null
	unsealed: number
	oldest_unsealed: string | null
	findings: number | null
	verified_at?: string | null
}

export const auditStatus = () => get<AuditStatus>("med_trace.api.audit.status")
