/** The rows of a table in a form: which columns are seen at once, and moving rows about. Knows nothing of Vue. */
import type { Field, Meta, Row } from "../data/records"
import { hasValue, isEmpty } from "./fields"

export const ROWS_AT_ONCE = 50

/** Columns of a table that is edited: as the DocType says, else what is required, else the first; the rest opens below a row. */
export function editedColumns(meta: Meta, many: number): Field[] {
	const usable = meta.fields.filter((field) => hasValue(field) && !field.hidden)
	const chosen = usable.filter((field) => field.in_list_view || field.reqd)
	return (chosen.length ? chosen : usable).slice(0, many)
}

export function otherFields(meta: Meta, columns: Field[]): Field[] {
	return meta.fields.filter((field) => hasValue(field) && !field.hidden && !columns.includes(field))
}

/** Columns of a table that is read: as the DocType says, and whatever some row fills. */
export function readColumns(meta: Meta | undefined, rows: Row[]): Field[] {
	const usable = (meta?.fields ?? []).filter((field) => hasValue(field) && !field.hidden)
	return usable.filter((field) => field.in_list_view || rows.some((row) => !isEmpty(field, row[field.fieldname])))
}

export function moved<T>(rows: T[], from: number, by: number): T[] {
	const to = from + by
	if (to < 0 || to >= rows.length) return rows
	const copy = [...rows]
	copy.splice(to, 0, ...copy.splice(from, 1))
	return copy
}

let made = 0

/** What tells rows apart while they have no name. */
export function keyOf(row: Row): string {
	if (row.name) return row.name
	row.__key ??= `new-${++made}`
	return row.__key
}
