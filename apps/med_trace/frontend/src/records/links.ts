/** Which rows a link offers, as its DocField says (`link_filters`), the same as in the desk. Knows nothing of Vue. */
import type { Field, Row } from "../data/records"
import { valueOf } from "./condition"

export type LinkFilters = Record<string, [operator: string, value: unknown]>

/** The filters as they stand now. What hangs on a field that is empty yet narrows nothing: the server judges again. */
export function linkFilters(field: Field, row: Row, parent: Row = row): LinkFilters {
	const found: LinkFilters = {}
	for (const [, name, operator, stated] of parsed(field.link_filters)) {
		const value = valueOf(stated, row, parent)
		if (value !== undefined && value !== null && value !== "") found[name] = [operator, value]
	}
	return found
}

function parsed(text: string | null | undefined): [string, string, string, unknown][] {
	try {
		const rows: unknown = JSON.parse(text || "[]")
		return Array.isArray(rows) ? rows.filter((row) => Array.isArray(row) && row.length >= 4) : []
	} catch {
		return []
	}
}
