/** The sheet of an operation: what stands where, whether the quantities add up, what is still missing. */
import type { Output, Sheet } from "../data/work"
import { judgeAll, type Judgement } from "./limits"

export const READINGS = ["value", "minimum", "maximum"] as const
export const QUANTITIES = ["quantity_good", "quantity_rework", "quantity_scrap", "quantity_sampled"] as const

/** What stands at a place of the server's sheet (production/entry.py). */
export function present(sheet: Sheet, place: string): unknown {
	const parts = place.split("/")
	if (parts[0] !== "parameters") return (sheet as unknown as Record<string, unknown>)[place] ?? null
	const row = sheet.parameters.find((one) => one.parameter === parts.slice(1, -1).join("/"))
	return (row as unknown as Record<string, unknown> | undefined)?.[parts.at(-1)!] ?? null
}

export function isNumber(place: string): boolean {
	return place.startsWith("quantity_") || (place.startsWith("parameters/") && !place.endsWith("/series_file"))
}

export type Read = (place: string) => unknown

export function judgementOf(sheet: Sheet, parameter: string, read: Read): Judgement {
	const row = sheet.parameters.find((one) => one.parameter === parameter)!
	return judgeAll(READINGS.map((field) => read(`parameters/${parameter}/${field}`) as number | null | undefined), row)
}

export interface Balance {
	/** What went in: as typed, else as it follows. */
	into: number | null
	out: number
	/** In minus out; 0 closes. */
	open: number
}

/** As the server fills it: without a quantity in, what comes out went in; without any, all that is there is good. */
export function balanceOf(read: Read): Balance {
	const out = QUANTITIES.reduce((sum, field) => sum + (Number(read(field)) || 0), 0)
	const into = (read("quantity_in") as number | null) || null
	return { into, out: tidy(out), open: into === null ? 0 : tidy(into - out) }
}

/** What keeps the operation from being finished, each with the place to go to. */
export interface Lack {
	place: string
	kind: "reading" | "balance" | "quantity" | "outputs" | "number" | "equipment"
	detail: string
}

export function lacks(sheet: Sheet, read: Read, outputs: Output[]): Lack[] {
	const found: Lack[] = []
	if (sheet.needs_equipment && !read("equipment")) found.push({ place: "equipment", kind: "equipment", detail: "" })
	for (const row of sheet.parameters) {
		const places = READINGS.map((field) => `parameters/${row.parameter}/${field}`)
		const wrong = places.find((place) => read(place) === undefined)
		if (wrong) found.push({ place: wrong, kind: "number", detail: row.parameter })
		else if (places.every((place) => read(place) === null)) found.push({ place: places[0], kind: "reading", detail: row.parameter })
	}
	const wrong = ["quantity_in", ...QUANTITIES].find((place) => read(place) === undefined)
	if (wrong) found.push({ place: wrong, kind: "number", detail: "" })
	const balance = balanceOf(read)
	if (sheet.makes && !balance.out) found.push({ place: "quantity_good", kind: "quantity", detail: "" })
	if (balance.out && balance.open) found.push({ place: "quantity_good", kind: "balance", detail: String(balance.open) })
	const listed = tidy(outputs.reduce((sum, row) => sum + (row.quantity || serialsOf(row).length), 0))
	const kept = tidy((Number(read("quantity_good")) || 0) + (Number(read("quantity_rework")) || 0))
	if (outputs.length && listed !== kept) found.push({ place: "outputs", kind: "outputs", detail: `${listed} ≠ ${kept}` })
	return found
}

export function serialsOf(row: Output): string[] {
	return (row.serial_numbers ?? "").split(/[\s,;]+/).filter(Boolean)
}

/** Sums of decimals without what binary arithmetic leaves behind. */
export function tidy(number: number): number {
	return Number(number.toFixed(9))
}
