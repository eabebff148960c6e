/** The sheet of an inspection: what stands at which place (inspection/entry.py). */
import type { Line, Sheet } from "../data/inspect"
import type { Reading } from "./verdict"

export const cell = (characteristic: string, sample: number, field: "value" | "attribute") => `results/${characteristic}/${sample}/${field}`
export const gauge = (characteristic: string) => `gauge/${characteristic}/name`
export const fieldOf = (line: Line) => (line.kind === "Attribute" ? ("attribute" as const) : ("value" as const))

export function present(sheet: Sheet, place: string): unknown {
	const parts = place.split("/")
	if (parts[0] === "gauge") return sheet.characteristics.find((one) => one.characteristic === parts.slice(1, -1).join("/"))?.gauge ?? null
	if (parts[0] !== "results") return (sheet as unknown as Record<string, unknown>)[place] ?? null
	const line = sheet.characteristics.find((one) => one.characteristic === parts.slice(1, -2).join("/"))
	const row = line?.results.find((one) => String(one.sample_no) === parts.at(-2))
	return (row as unknown as Record<string, unknown> | undefined)?.[parts.at(-1)!] ?? null
}

export function isNumber(place: string): boolean {
	return place === "quantity_sampled" || (place.startsWith("results/") && place.endsWith("/value"))
}

/** What is typed for an attribute: the letters that hands find without looking. Undefined: none of them. */
export function attributeOf(typed: string): "Pass" | "Fail" | null | undefined {
	const text = typed.normalize("NFKC").trim().toLowerCase()
	if (!text) return null
	if (["p", "pass", "y", "1", "+", "ok", "合", "合格", "✓"].includes(text)) return "Pass"
	return ["f", "fail", "n", "0", "-", "x", "不", "不合格", "✕"].includes(text) ? "Fail" : undefined
}

/** Every result as it stands on the page. */
export function readingsOf(sheet: Sheet, read: (place: string) => unknown): Map<string, Reading[]> {
	return new Map(
		sheet.characteristics.map((line) => [
			line.characteristic,
			line.results.map((row): Reading => {
				const field = fieldOf(line)
				const value = read(cell(line.characteristic, row.sample_no, field))
				return field === "value" ? { value: value as number | null | undefined } : { attribute: value as string | null }
			}),
		]),
	)
}
