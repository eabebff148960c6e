/** What a stored version changed, line by line. Knows nothing of Vue. */
import type { Version } from "../data/records"

export interface Change {
	field: string
	/** The table and row, for a change inside a table. */
	table?: string
	row?: number
	old: unknown
	new: unknown
	kind: "changed" | "added" | "removed"
}

interface Stored {
	changed?: [string, unknown, unknown][]
	row_changed?: [string, number, string, [string, unknown, unknown][]][]
	added?: [string, Record<string, unknown>][]
	removed?: [string, Record<string, unknown>][]
}

export function changesOf(version: Version): Change[] {
	let stored: Stored
	try {
		stored = JSON.parse(version.data) ?? {}
	} catch {
		return []
	}
	return [
		...(stored.changed ?? []).map(([field, old, next]): Change => ({ field, old, new: next, kind: "changed" })),
		...(stored.row_changed ?? []).flatMap(([table, row, , changed]) =>
			changed.map(([field, old, next]): Change => ({ field, table, row: row + 1, old, new: next, kind: "changed" })),
		),
		...(stored.added ?? []).map(([table, row]): Change => ({ field: table, old: null, new: summary(row), kind: "added" })),
		...(stored.removed ?? []).map(([table, row]): Change => ({ field: table, old: summary(row), new: null, kind: "removed" })),
	]
}

const SYSTEM = new Set("name owner creation modified modified_by docstatus idx parent parentfield parenttype doctype __islocal".split(" "))

function summary(row: Record<string, unknown>): string {
	const said = Object.entries(row).filter(([key, value]) => !SYSTEM.has(key) && value !== null && value !== "" && value !== 0)
	return said.map(([, value]) => String(value)).join(", ")
}
