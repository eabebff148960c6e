/** Where did it go, what is it made of. */
import { download, get, post } from "./server"

export type Direction = "forward" | "backward"
export type Way = Direction | "both"

export interface TraceNode {
	id: string
	type: "Lot" | "Consignee" | "Supplier" | "Not open to you"
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
	marks?: MarkCount[]
}

/** How many inspections, NCRs, holds … a lot has, and how many of them are bad. */
export interface MarkCount {
	kind: string
	count: number
	bad: number
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
	/** How many events it stands for. */
	count?: number
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

// -- the whole trace, for the picture ----------------------------------------------

interface Column<T> {
	values: T[]
	rows: number[]
}

interface Graph {
	root: string
	complete: boolean
	ids: string[]
	nodes: Record<string, Column<string | number>>
	links: { from: number[]; to: number[]; count: number[]; quantity: number[]; type: Column<string>; uom: Column<string>; time: Column<string> }
	marks: [place: number, kind: string, count: number, bad: number][]
}

/** The whole trace with what lies on the way; links between the same two nodes are one. */
export async function graph(lot: string, way: Way): Promise<Trace> {
	return unpacked(await get<Graph>("med_trace.api.trace.graph", { lot, direction: way }))
}

/** From columns to nodes and links. */
export function unpacked(graph: Graph): Trace {
	const columns = Object.entries(graph.nodes).filter(([, column]) => column.rows.length)
	const nodes = graph.ids.map((id, place) => {
		const node: Record<string, unknown> = { id }
		for (const [name, column] of columns) if (column.rows[place]) node[name] = column.values[column.rows[place] - 1]
		return node as unknown as TraceNode
	})
	for (const [place, kind, count, bad] of graph.marks) (nodes[place].marks ??= []).push({ kind, count, bad })
	const { from, to, count, quantity, type, uom, time } = graph.links
	const said = (column: Column<string>, place: number) => (column.rows[place] ? column.values[column.rows[place] - 1] : "")
	const links = from.map((start, place) => ({
		from: graph.ids[start],
		to: graph.ids[to[place]],
		event: "",
		type: said(type, place),
		time: said(time, place),
		quantity: quantity[place],
		uom: said(uom, place),
		count: count[place],
	}))
	return { root: graph.root, nodes, links, complete: graph.complete, beyond: 0 }
}

export interface Mark {
	lot: string
	kind: string
	doctype: string
	name: string
	title: string | null
	state: string | null
	time: string | null
	bad: boolean
}

export function marks(lots: string[]): Promise<Mark[]> {
	return get<Mark[]>("med_trace.api.trace.marks", { lots })
}

// -- in time -----------------------------------------------------------------------

export type LanesBy = "lot" | "equipment" | "supplier"

/** What happened at about one time; `events` of a few. */
export interface Point {
	at: string
	until: string
	/** Of the step of time that it stands for, 0 to 1. */
	middle: number
	count: number
	types: Record<string, number>
	events: { at: string; type: string; event: string; lot: string }[]
}

export interface Lane {
	id: string
	title: string | null
	state: string | null
	count: number
	points: Point[]
}

export interface Timeline {
	by: LanesBy
	doctype: string
	total: number
	from: string | null
	to: string | null
	lanes: Lane[]
}

export function timeline(lot: string, way: Way, by: LanesBy, start: number, limit: number, span?: { since: string; until: string }): Promise<Timeline> {
	return get<Timeline>("med_trace.api.trace.timeline", { lot, direction: way, by, start, limit, ...span })
}

// -- as a file ---------------------------------------------------------------------

/** The trace as a file of the server, which records who took it; `only` what is shown, none: all of it. */
export function exportTable(lot: string, way: Way, format: "csv" | "json", only?: string[]): Promise<File> {
	return download("med_trace.api.trace.export", { lot, direction: way, format, only })
}

/** Records that a picture is taken; the name of its file. */
export async function exportPicture(lot: string, way: Way, format: "svg" | "png", content: Blob): Promise<File> {
	const digest = await crypto.subtle?.digest("SHA-256", await content.arrayBuffer())
	const hex = digest ? [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") : "unknown"
	const name = await post<string>("med_trace.api.trace.picture_exported", { lot, direction: way, format, digest: hex })
	return new File([content], name, { type: content.type })
}

/** Hands a file to the reader. */
export function save(file: File): void {
	const address = URL.createObjectURL(file)
	Object.assign(document.createElement("a"), { href: address, download: file.name }).click()
	setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
