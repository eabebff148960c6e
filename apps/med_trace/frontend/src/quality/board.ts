/** The board of nonconformances: filters as an address, and which move leads where. Knows nothing of Vue. */

export interface Move {
	action: string
	to: string
}

export interface Card {
	name: string
	title: string
	severity: string
	workflow_state: string
	creation: string
	closed_on: string | null
	owner: string
	reported_by: string
	assigned_to: string | null
	due_date: string | null
	holders: string[]
	lots: { lot: string; quantity: number; uom: string }[]
	lot_count: number
}

export interface Column {
	state: string
	count: number
	moves: Move[]
	cards: Card[]
}

export interface Filters {
	severity: string
	lot: string
	owner: string
	/** "me", "nobody", or a user. */
	assigned: string
	text: string
}

export const NO_FILTERS: Filters = { severity: "", lot: "", owner: "", assigned: "", text: "" }
const KEYS = Object.keys(NO_FILTERS) as (keyof Filters)[]
type Query = Record<string, string | null | (string | null)[] | undefined>

export function fromQuery(query: Query): Filters {
	const one = (key: string) => String((Array.isArray(query[key]) ? (query[key] as string[])[0] : query[key]) ?? "").trim()
	return { ...NO_FILTERS, ...Object.fromEntries(KEYS.map((key) => [key, one(key)])) }
}

export function toQuery(filters: Filters): Record<string, string> {
	return Object.fromEntries(KEYS.filter((key) => filters[key].trim()).map((key) => [key, filters[key].trim()]))
}

export const isFiltered = (filters: Filters) => KEYS.some((key) => !!filters[key].trim())

/** The move that brings a card of one column into another; none when the workflow has no such step for this user. */
export function moveTo(columns: readonly Column[], from: string, to: string): Move | undefined {
	return columns.find((column) => column.state === from)?.moves.find((move) => move.to === to)
}

/** Steps that cannot be taken back: what is decided about the pieces is carried out in the ledger. */
export const isFinal = (move: Move) => move.to === "Closed"

/** How long an NCR may stay before its age is shown in red, in days. */
export const OLD = 14
