/** Which fields of a DocType are shown where. Knows nothing of Vue. */
import type { Field, Meta } from "../data/records"

const LAYOUT = ["Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", "Fold", "Image"]
const TABLES = ["Table", "Table MultiSelect"]
const SECRET = ["Password"]
const NUMBERS = ["Int", "Float", "Currency", "Percent"]

export function hasValue(field: Field): boolean {
	return ![...LAYOUT, ...TABLES, ...SECRET].includes(field.fieldtype)
}

export function isTable(field: Field): boolean {
	return TABLES.includes(field.fieldtype)
}

export function isNumber(field: Field): boolean {
	return NUMBERS.includes(field.fieldtype)
}

/** Tells how the record stands. */
export function isState(field: Field): boolean {
	return /(^|_)(state|status|verdict|judgement|severity)$/.test(field.fieldname)
}

/** Columns of a list: as the DocType says, else its first fields. */
export function listFields(meta: Meta, many: number): Field[] {
	const usable = meta.fields.filter((field) => hasValue(field) && !field.hidden)
	const chosen = usable.filter((field) => field.in_list_view)
	const shown = (chosen.length ? chosen : usable).slice(0, many)
	return [...shown.filter(isState), ...shown.filter((field) => !isState(field))] // on a phone only the first are seen
}

export interface Section {
	title: string
	fields: Field[]
	tables: Field[]
}

/** The form's sections, in order; those without anything to show are left out. */
export function sections(meta: Meta): Section[] {
	const seen = (fields: Field[]) => fields.filter((field) => !field.hidden)
	return formSections(meta)
		.map((section) => ({ title: section.title, fields: seen(section.fields), tables: seen(section.tables) }))
		.filter((section) => section.fields.length || section.tables.length)
}

export interface FormSection extends Section {
	/** The condition under which the section is seen. */
	depends?: string
}

/** The same for editing, with the conditions of the sections. */
export function formSections(meta: Meta): FormSection[] {
	const found: FormSection[] = [{ title: "", fields: [], tables: [] }]
	for (const field of meta.fields) {
		if (field.fieldtype === "Section Break" || field.fieldtype === "Tab Break") found.push({ title: field.label ?? "", fields: [], tables: [], depends: field.hidden ? "eval:false" : field.depends_on })
		else if (isTable(field)) found[found.length - 1].tables.push(field)
		else if (hasValue(field)) found[found.length - 1].fields.push(field)
	}
	return found.filter((section) => section.fields.length || section.tables.length)
}

export function isEmpty(field: Field, value: unknown): boolean {
	return value === null || value === undefined || value === "" || (field.fieldtype === "Check" && !value)
}
