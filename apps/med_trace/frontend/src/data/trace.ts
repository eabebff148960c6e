/** Where did it go, what is it made of. */
import { get } from "./server"

export type Direction = "forward" | "backward"

export interface TraceNode {
	id: string
	type: "Lot" | "Consignee" | "Supplier"
	generation: number
	name?: string
	full_name?: string
	address?: string
	item_code?: string
	item_name?: string
	kind?: string
	state?: string
	uom?: string
	quantity?: number
	on_hand?: number
	supplier?: string | null
	supplier_lot?: string | null
	heat_no?: string | null
	expiry_date?: string | null
}

export interface TraceLink {
	from: string
	to: string
	event: string
	type: string
	time: string
	quantity: number
	uom: string
	from_units?: string[]
	to_units?: string[]
}

export interface Trace {
	root: string
	nodes: TraceNode[]
	links: TraceLink[]
	complete: boolean
	beyond: number
}

/** Where every piece of a lot went, in the lot's unit of measure. */
export interface Balance {
	uom: string
	made: number
	on_hand: number
	blocked: number
	consumed: number
	issued: number
	scrapped: number
	sampled: number
	moved_on: number
	returned_to_supplier: number
	shipped: number
	returned: number
	at_consignees: number
	used: number
	corrected: number
	difference: number
	closes: boolean
	gaps: { kind: string; quantity: number; message: string; event: string | null }[]
}

export function balance(lot: string): Promise<Balance> {
	return get<Balance>("med_trace.api.trace.balance", { lot })
}

export function trace(lot: string, direction: Direction, depth?: number): Promise<Trace> {
	return get<Trace>(`med_trace.api.trace.${direction}`, { lot, depth })
}
