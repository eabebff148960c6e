/** Nonconformances: the board, and the steps of their workflow. */
import type { Column, Filters } from "../quality/board"
import { get, post } from "./server"
import { withReason } from "./reason"

export function board(filters: Filters, more: string): Promise<{ columns: Column[] }> {
	const given = Object.fromEntries(Object.entries({ ...filters, more }).filter(([, value]) => value))
	return get<{ columns: Column[] }>("med_trace.api.quality.board", given)
}

/** Takes a step of the workflow; asks for a reason where the change needs one. */
export function take(doctype: string, name: string, action: string): Promise<unknown> {
	return withReason((change_reason) => post("frappe.model.workflow.apply_workflow", { doc: JSON.stringify({ doctype, name, change_reason }), action, change_reason }))
}
