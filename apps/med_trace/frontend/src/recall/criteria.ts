/** The conditions of a scope as a person fills them in, as the server takes them, and as an address. Knows nothing of Vue. */

export const KINDS = [
	"Lot", "Supplier Lot", "Heat Number", "Supplier", "Item", "Serial", "Equipment", "Tool", "Cavity", "Operator", "Parameter", "Time Window",
] as const
export type Kind = (typeof KINDS)[number]

export interface Criterion {
	criterion: Kind
	value: string
	from_time: string
	to_time: string
	minimum: string
	maximum: string
}

export function blank(criterion: Kind = "Lot"): Criterion {
	return { criterion, value: "", from_time: "", to_time: "", minimum: "", maximum: "" }
}

export const hasValue = (one: Criterion) => one.criterion !== "Time Window"
export const hasWindow = (one: Criterion) => one.criterion === "Time Window"
export const hasRange = (one: Criterion) => one.criterion === "Parameter"

/** What is still missing before the server can be asked; empty when nothing is. A text of the pages. */
export function missing(one: Criterion): string {
	if (hasWindow(one) && !one.from_time && !one.to_time) return "Enter a beginning, an end or both."
	if (hasWindow(one) && one.from_time && one.to_time && one.from_time > one.to_time) return "The beginning is after the end."
	if (hasValue(one) && !one.value.trim()) return "Enter what to look for."
	if (hasRange(one) && !one.minimum.trim() && !one.maximum.trim()) return "Enter a lowest value, a highest value or both."
	if (hasRange(one) && [one.minimum, one.maximum].some((text) => text.trim() && !Number.isFinite(Number(text)))) return "Enter numbers, with a point for the decimals."
	if (hasRange(one) && one.minimum.trim() && one.maximum.trim() && Number(one.minimum) > Number(one.maximum)) return "The lowest value is above the highest."
	return ""
}

/** The texts above, for the test of the translations. */
export const MISSING = [
	"Enter a beginning, an end or both.", "The beginning is after the end.", "Enter what to look for.",
	"Enter a lowest value, a highest value or both.", "Enter numbers, with a point for the decimals.", "The lowest value is above the highest.",
]

export type Asked = Partial<Record<keyof Criterion, string>> & { criterion: Kind }

/** Only what the kind uses, and only what is filled in. */
export function asked(rows: readonly Criterion[]): Asked[] {
	return rows.filter((one) => !missing(one)).map((one) => {
		const question: Asked = { criterion: one.criterion }
		if (hasValue(one)) question.value = one.value.trim()
		if (hasWindow(one)) {
			if (one.from_time) question.from_time = stamp(one.from_time)
			if (one.to_time) question.to_time = stamp(one.to_time)
		}
		if (hasRange(one)) {
			if (one.minimum.trim()) question.minimum = one.minimum.trim()
			if (one.maximum.trim()) question.maximum = one.maximum.trim()
		}
		return question
	})
}

/** "2026-11-20T10:00" of a field as the server writes it. */
function stamp(local: string): string {
	const text = local.replace("T", " ")
	return text.length === 16 ? `${text}:00` : text
}

const ORDER: (keyof Criterion)[] = ["criterion", "value", "from_time", "to_time", "minimum", "maximum"]

/** One address value for all rows; rows that are still empty are kept too, so that a reload loses nothing. */
export function toQuery(rows: readonly Criterion[]): string {
	return JSON.stringify(rows.map((one) => trimmed(ORDER.map((key) => one[key]))))
}

function trimmed(cells: string[]): string[] {
	const last = cells.reduce((found, cell, index) => (cell ? index : found), 0)
	return cells.slice(0, last + 1)
}

/** What an address says; a broken one is an empty row, not an error. */
export function fromQuery(text: unknown): Criterion[] {
	const rows = parsed(text).flatMap((cells) => {
		if (!Array.isArray(cells) || !KINDS.includes(cells[0])) return []
		const texts = ORDER.map((_key, index) => (typeof cells[index] === "string" ? (cells[index] as string) : ""))
		return [Object.fromEntries(ORDER.map((key, index) => [key, texts[index]])) as unknown as Criterion]
	})
	return rows.length ? rows : [blank()]
}

function parsed(text: unknown): any[] {
	try {
		const found = typeof text === "string" ? JSON.parse(text) : []
		return Array.isArray(found) ? found : []
	} catch {
		return []
	}
}

/** In words: "Tool T-8 and (Cavity 5 or Cavity 6) and …". Kinds stand together, as the server reads them. */
export function inWords(rows: readonly Asked[], say: (one: Asked) => string, and: string, or: string): string {
	const kinds = [...new Set(rows.map((one) => one.criterion))]
	const groups = kinds.map((kind) => rows.filter((one) => one.criterion === kind).map(say))
	return groups.map((group) => (group.length > 1 && kinds.length > 1 ? `(${group.join(` ${or} `)})` : group.join(` ${or} `))).join(` ${and} `)
}
