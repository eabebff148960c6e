/** The columns of a list: as the address says, else as the DocType does. Knows nothing of Vue. */
import type { Field, Meta } from "../data/records"
import { hasValue, listFields } from "./fields"

export const COLUMNS = 7
export const NUMBER: Field = { fieldname: "name", fieldtype: "Data", label: "Number" }
export const STATUS: Field = { fieldname: "docstatus", fieldtype: "Int", label: "Status" }
export const CREATED_BY: Field = { fieldname: "owner", fieldtype: "Data", label: "Created by" }
export const CREATED: Field = { fieldname: "creation", fieldtype: "Datetime", label: "Created on" }
export const CHANGED: Field = { fieldname: "modified", fieldtype: "Datetime", label: "Last changed" }

/** Everything that a list of this DocType can show or filter by. */
export function choices(meta: Meta): Field[] {
	const own = meta.fields.filter((field) => hasValue(field) && !field.hidden)
	return [...own, ...(meta.is_submittable ? [STATUS] : []), CREATED_BY, CREATED, CHANGED]
}

export function columnsOf(meta: Meta, chosen: string[] | undefined): Field[] {
	if (!chosen?.length) return [...listFields(meta, COLUMNS), ...(meta.is_submittable ? [STATUS] : []), CHANGED]
	const all = choices(meta)
	return chosen.map((name) => all.find((field) => field.fieldname === name)).filter((field): field is Field => !!field)
}
