/** What a form lets a person do with each field, and what is still missing. Knows nothing of Vue. */
import type { Field, Meta, Row } from "../data/records"
import { holds } from "./condition"
import { hasValue, isTable } from "./fields"

/** What this person may do with records of a DocType; `levels` are Frappe's permission levels of fields. */
export interface Rights {
	may: Record<string, boolean>
	levels: { read: number[]; write: number[] }
}

const NEVER_TYPED = ["Read Only", "Password", "HTML", "Button", "Image", "Signature", "Icon"]
const OWN_FIELDS = new Set("name owner creation modified modified_by docstatus idx parent parentfield parenttype doctype amended_from".split(" "))

export function isNew(doc: Row): boolean {
	return !!doc.__islocal
}

export function isShown(field: Field, doc: Row, parent: Row = doc): boolean {
	return !field.hidden && field.fieldtype !== "Password" && holds(field.depends_on, doc, parent)
}

// What ERPNext itself writes into its papers before it asks for it: from the item, the partner and the company.
const ERPNEXT_PAPERS = new Set(["Purchase Receipt", "Purchase Invoice", "Delivery Note", "Sales Invoice", "Stock Entry"])
const FILLED_BY_ERPNEXT = new Set("currency conversion_rate plc_conversion_rate item_name uom stock_uom conversion_factor".split(" "))

export function isRequired(field: Field, doc: Row, parent: Row = doc): boolean {
	if (ERPNEXT_PAPERS.has(parent.doctype) && FILLED_BY_ERPNEXT.has(field.fieldname)) return false
	return !!field.reqd || (!!field.mandatory_depends_on && holds(field.mandatory_depends_on, doc, parent))
}

export function isReadOnly(field: Field, doc: Row, rights: Rights, parent: Row = doc): boolean {
	const stands = Number(parent.docstatus ?? 0)
	return (
		!!field.read_only ||
		NEVER_TYPED.includes(field.fieldtype) ||
		field.fieldname === "amended_from" ||
		!rights.levels.write.includes(Number(field.permlevel ?? 0)) ||
		stands === 2 ||
		(stands === 1 && !field.allow_on_submit) ||
		(!!field.read_only_depends_on && holds(field.read_only_depends_on, doc, parent)) ||
		(!!field.set_only_once && !isNew(parent) && doc[field.fieldname] != null && doc[field.fieldname] !== "")
	)
}

/** Whether the form of this record has anything to edit. */
export function isEditable(meta: Meta, doc: Row, rights: Rights): boolean {
	if (isNew(doc)) return !!rights.may.create
	if (!rights.may.write || Number(doc.docstatus) === 2) return false
	return Number(doc.docstatus) === 0 || meta.fields.some((field) => field.allow_on_submit && !field.hidden)
}

export interface Missing {
	field: Field
	table?: Field
	/** From 1, as the form numbers its rows. */
	row?: number
}

/** Required fields without a value. What the server fetches from a link is not asked for. */
export function missing(meta: Meta, doc: Row): Missing[] {
	const own = requiredOf(meta, doc, doc).map((field): Missing => ({ field }))
	const inner = meta.fields.filter(isTable).flatMap((table) => {
		const rows: Row[] = doc[table.fieldname] ?? []
		const inside = meta.tables[table.options ?? ""]
		return inside ? rows.flatMap((row, index) => requiredOf(inside, row, doc).map((field): Missing => ({ field, table, row: index + 1 }))) : []
	})
	return [...own, ...inner]
}

function requiredOf(meta: Meta, doc: Row, parent: Row): Field[] {
	return meta.fields.filter((field) => (hasValue(field) || isTable(field)) && !field.read_only && !field.fetch_from && isRequired(field, doc, parent) && isShown(field, doc, parent) && isUnset(field, doc[field.fieldname]))
}

function isUnset(field: Field, value: unknown): boolean {
	if (Array.isArray(value)) return !value.length
	if (field.fieldtype === "Check") return false
	return value === null || value === undefined || String(value).trim() === ""
}

/** An empty row of a table, with its defaults. */
export function newRow(meta: Meta): Row {
	const row: Row = { doctype: meta.name, __islocal: 1 }
	for (const field of meta.fields.filter(hasValue)) row[field.fieldname] = startOf(field)
	return row
}

function startOf(field: Field): unknown {
	const given = field.default
	if (field.fieldtype === "Check") return Number(given ?? 0)
	if (given == null || given === "") return field.fieldtype === "Select" && field.reqd ? ((field.options ?? "").split("\n").find(Boolean) ?? null) : null
	return /^(__user|user|now|today|:)/i.test(given) ? null : given
}

/** The values of fields as they are compared: an empty text is no value, a row is its content. */
function plainOf(value: unknown): string {
	if (Array.isArray(value)) return JSON.stringify(value.map((row) => Object.entries(row as Row).filter(([key, one]) => !(OWN_FIELDS.has(key) || key.startsWith("_")) && one !== null && one !== "").sort(([one], [other]) => (one < other ? -1 : 1))))
	return value === null || value === undefined ? "" : String(value)
}

/** The fields whose value differs. */
export function changedFields(meta: Meta, one: Row, other: Row): Field[] {
	return meta.fields.filter((field) => (hasValue(field) || isTable(field)) && plainOf(one[field.fieldname]) !== plainOf(other[field.fieldname]))
}

export interface Conflict {
	field: Field
	mine: unknown
	theirs: unknown
}

/**
 * Somebody else saved first: their record, with what was typed here put on top where they left it alone.
 * `conflicts`: fields that both changed to different values; there what was typed here is kept until a person chooses.
 */
export function rebased(meta: Meta, original: Row, draft: Row, theirs: Row): { doc: Row; theirChanges: Field[]; conflicts: Conflict[] } {
	const mine = changedFields(meta, original, draft)
	const theirChanges = changedFields(meta, original, theirs)
	const names = new Set(theirChanges.map((field) => field.fieldname))
	const both = mine.filter((field) => names.has(field.fieldname) && plainOf(draft[field.fieldname]) !== plainOf(theirs[field.fieldname]))
	const doc = { ...structuredClone(theirs), ...Object.fromEntries(mine.map((field) => [field.fieldname, draft[field.fieldname]])) }
	return { doc, theirChanges, conflicts: both.map((field) => ({ field, mine: draft[field.fieldname], theirs: theirs[field.fieldname] })) }
}
