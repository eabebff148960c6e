/** Inspections: what waits, and one as a grid. */
import { getKept, type Kept } from "./kept"
import { post } from "./server"
import type { Choice } from "./work"

const API = "med_trace.api.inspection"

export interface Waiting {
	lot: string
	item_code: string
	item_name: string
	state: string
	on_hand: number
	uom: string
	supplier: string | null
	stage: string
	operation_no: number | null
	plan: string | null
	record: string | null
	inspector: string | null
	accepted: string | null
	blockers: string[]
	since: string
}

export interface Cell {
	sample_no: number
	serial_unit: string | null
	value: number | null
	attribute: string | null
	verdict: string | null
}

export interface Line {
	characteristic: string
	kind: string
	method: string | null
	uom: string | null
	nominal: string | null
	lower_limit: string | null
	upper_limit: string | null
	critical: number
	samples: number
	gauge: string | null
	results: Cell[]
	earlier: number[]
}

export interface Sheet {
	name: string
	lot: string
	item_code: string
	item_name: string
	state: string
	uom: string
	on_hand: number
	supplier: string | null
	plan: string
	stage: string
	operation_no: number | null
	quantity: number
	quantity_sampled: number | null
	sampled_serials: string | null
	inspector: string
	inspected_at: string
	verdict: string | null
	ncr: string | null
	remarks: string | null
	docstatus: number
	characteristics: Line[]
	gauges: (Choice & { tool_name: string | null })[]
}

export interface Followed {
	record: string
	lot: string
	stage: string
	verdict: string
	state: string
	ncr: string | null
	blockers: string[]
}

export const discardInspection = (record: string, reason: string): Promise<string> => post("med_trace.api.inspection.discard", { record, reason })
export const inspections = (lot?: string): Promise<Kept<{ inspections: Waiting[]; more: boolean }>> => getKept(`${API}.waiting`, { lot })
export const start = (lot: string, plan: string, quantity?: number): Promise<Sheet> => post(`${API}.start`, { lot, plan, quantity })
export const acceptLot = (inspection: string): Promise<string> => post("med_trace.api.lots.accept_lot", { inspection })
