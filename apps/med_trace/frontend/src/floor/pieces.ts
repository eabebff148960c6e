/** What is gathered by scanning for one action: units, shares of lots, whole cases. Knows nothing of Vue. */
import type { Found } from "../data/scan"
import { compare, parseNumber } from "./decimal"

export interface Piece {
	/** As it was scanned: what could not be looked up yet is known by it alone. */
	code: string
	lot: string | null
	unit: string | null
	/** A whole case by its SSCC. */
	container: string | null
	item: string | null
	item_name: string | null
	state: string | null
	uom: string | null
	/** On hand and free to use, of a lot. */
	free: number | null
	/** As typed; of a unit and a case there is one. */
	quantity: string
}

export interface Gathering {
	/** Fewer make no sense. */
	least: number
	/** Only what is of one item and in one state goes together. */
	isAlike?: boolean
	/** A lot is taken whole unless somebody says less. */
	isWhole?: boolean
}

/** The piece that a scanned code means; undefined where it means none (an item, several records). */
export function pieceOf(found: Found, code: string, isWhole = false): Piece | undefined {
	const { item, item_name, state, name } = found
	const known = { code, item, item_name, state, uom: found.uom ?? null, free: found.free ?? null, lot: null, unit: null, container: null, quantity: "1" }
	if (found.doctype === "Serial Unit") return { ...known, lot: found.lot, unit: name }
	if (found.doctype === "Material Lot") return { ...known, lot: name, quantity: isWhole && found.free ? String(found.free) : "" }
	return found.kind === "Container" ? { ...known, container: name } : undefined
}

/** Without a connection: what it is, is found out when the entry arrives. */
export function unseenPiece(code: string): Piece {
	return { code, lot: null, unit: null, container: null, item: null, item_name: null, state: null, uom: null, free: null, quantity: "" }
}

export const nameOf = (piece: Piece): string => piece.unit ?? piece.container ?? piece.lot ?? piece.code
export const isCounted = (piece: Piece): boolean => !piece.unit && !piece.container
export const isSamePiece = (one: Piece, other: Piece): boolean => nameOf(one) === nameOf(other) && one.unit === other.unit

export type Problem = "number" | "too much" | "another item" | "another state" | "a case"

/** What is wrong with a piece as it stands; nobody has to send it to learn that. */
export function problemOf(piece: Piece, all: Piece[], rule: Gathering): Problem | undefined {
	if (rule.isAlike && piece.container) return "a case"
	const first = all.find((one) => one.item)
	if (rule.isAlike && first && piece.item && piece.item !== first.item) return "another item"
	if (rule.isAlike && first && piece.state && piece.state !== first.state) return "another state"
	if (!isCounted(piece)) return undefined
	const number = parseNumber(piece.quantity)
	if (!piece.lot && number === null) return undefined // may turn out to be a unit
	if (!number || number < 0) return "number"
	return piece.free !== null && compare(number, piece.free) > 0 ? "too much" : undefined
}

/** A scanner also types where a number is asked for: what no hand would type there. */
export function isCodeNotNumber(typed: string): boolean {
	const text = typed.trim()
	return !!text && (parseNumber(text) === undefined || text.length > 12)
}

/** Nothing, where it may turn out to be a unit. */
export const amountOf = (piece: Piece): string => String(parseNumber(piece.quantity) ?? "")

/** {lot: quantity or serial numbers}; what was not looked up stands there by its code. */
export function sharesOf(pieces: Piece[]): Record<string, string | string[]> {
	const shares: Record<string, string | string[]> = {}
	for (const piece of pieces) {
		const key = piece.lot ?? piece.code
		if (!piece.unit) shares[key] = amountOf(piece)
		else shares[key] = [...(Array.isArray(shares[key]) ? (shares[key] as string[]) : []), piece.unit]
	}
	return shares
}

/** What goes into a case or comes out of it: pieces, and whole cases. */
export function contentsOf(all: Piece[]): { pieces: Record<string, string>[]; cases: string[] } {
	const pieces = all.filter((one) => !one.container).map((one): Record<string, string> => {
		if (one.unit) return { lot: one.lot!, serial_unit: one.unit }
		return { ...(one.lot ? { lot: one.lot } : { code: one.code }), quantity: amountOf(one) }
	})
	return { pieces, cases: all.flatMap((one) => one.container ?? []) }
}
