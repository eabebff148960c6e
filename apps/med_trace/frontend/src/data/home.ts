/** What waits for whom: a table of questions, counted on the server. */
import { hasRole, mayRead } from "./boot"
import { count, list, type Filter, type Row } from "./records"

export interface Task {
	title: string
	/** What to say when nothing waits. */
	done: string
	doctype: string
	query: Record<string, string>
	filters: Filter[]
	fields: string[]
	roles: string[]
	/** Red when something waits. */
	urgent?: boolean
}

const LOT = ["name", "item_name", "state", "on_hand", "uom", "modified"]
const QUALITY = "Trace Quality"
const SUPERVISOR = "Trace Supervisor"

export const TASKS: Task[] = [
	{
		title: "Open recalls", done: "No recall is open.", doctype: "Recall", urgent: true,
		query: { workflow_state: "|Draft|Scoped|Initiated" }, filters: [["workflow_state", "in", ["Draft", "Scoped", "Initiated"]]],
		fields: ["name", "title as item_name", "workflow_state as state", "modified"], roles: ["Trace Regulatory", QUALITY, SUPERVISOR],
	},
	{
		title: "Operations to finish", done: "No Process Record is open.", doctype: "Process Record",
		query: { docstatus: "0" }, filters: [["docstatus", "=", 0]],
		fields: ["name", "lot", "operation_name as item_name", "modified"], roles: ["Trace Operator", SUPERVISOR],
	},
	{
		title: "Lots in process", done: "No lot is in process.", doctype: "Material Lot",
		query: { state: "In Process" }, filters: [["state", "=", "In Process"]], fields: LOT, roles: ["Trace Operator", SUPERVISOR],
	},
	{
		title: "Lots to inspect", done: "No lot is in quarantine.", doctype: "Material Lot",
		query: { state: "Quarantine" }, filters: [["state", "=", "Quarantine"]], fields: LOT, roles: ["Trace Inspector", QUALITY, "Trace Warehouse"],
	},
	{
		title: "Inspections to finish", done: "No inspection is open.", doctype: "Inspection Record",
		query: { docstatus: "0" }, filters: [["docstatus", "=", 0]],
		fields: ["name", "lot", "stage as item_name", "modified"], roles: ["Trace Inspector"],
	},
	{
		title: "Lots awaiting release", done: "No lot awaits release.", doctype: "Material Lot",
		query: { state: "Awaiting Release" }, filters: [["state", "=", "Awaiting Release"]], fields: LOT, roles: [QUALITY, SUPERVISOR],
	},
	{
		title: "Releases to sign", done: "No release waits for a signature.", doctype: "Lot Release",
		query: { docstatus: "0" }, filters: [["docstatus", "=", 0]],
		fields: ["name", "lot", "item_name", "workflow_state as state", "modified"], roles: [QUALITY],
	},
	{
		title: "Open NCRs", done: "No NCR is open.", doctype: "NCR", urgent: true,
		query: { workflow_state: "!=Closed" }, filters: [["workflow_state", "!=", "Closed"]],
		fields: ["name", "title as item_name", "workflow_state as state", "modified"], roles: [QUALITY, "Trace Inspector", SUPERVISOR],
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
	return TASKS.filter((task) => hasRole(...task.roles, ...ALL_SEEING) && mayRead(task.doctype))
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
