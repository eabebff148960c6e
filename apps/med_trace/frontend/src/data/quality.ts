/** Nonconformances: the board, and the steps of their workflow. */
import type { Column, Filters } from "../quality/board"
import { get, post } from "./server"
import { withReason } from "./reason"

export interface Board {
	columns: Column[]
	may_assign: boolean
}

export function board(filters: Filters, more: string): Promise<Board> {
	const given = Object.fromEntries(Object.entries({ ...filters, more }).filter(([, value]) => value))
	return get<Board>("med_trace.api.quality.board", given)
}

export interface Person {
	name: string
	full_name: string
}

/** Whom a nonconformance can be given to. */
export const people = () => get<Person[]>("med_trace.api.quality.people")

/** Gives it to a person until a day; no person: to nobody. */
export function assign(ncr: string, person: string, due: string): Promise<unknown> {
	return withReason((change_reason) => post("med_trace.api.quality.assign", { ncr, person: person || undefined, due: due || undefined, change_reason }))
}

/** Takes a step of the workflow; asks for a reason where the change needs one. */
export function take(doctype: string, name: string, action: string): Promise<unknown> {
	return withReason((change_reason) => post("frappe.model.workflow.apply_workflow", { doc: JSON.stringify({ doctype, name, change_reason }), action, change_reason }))
}
