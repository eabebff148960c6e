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

export function trace(lot: string, direction: Direction, depth?: number): Promise<Trace> {
	return get<Trace>(`med_trace.api.trace.${direction}`, { lot, depth })
}
