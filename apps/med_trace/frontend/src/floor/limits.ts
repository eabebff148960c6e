/** Judges a reading against warning and specification limits: the rule of the server's domain/limits.py. */
import { compare, parseNumber } from "./decimal"

export type Judgement = "OK" | "Warning" | "Out Of Specification" | "Missing"

/** As a routing or a plan states them: text, absent where nothing limits. */
export interface Limits {
	lower_limit?: string | null
	lower_warning?: string | null
	upper_warning?: string | null
	upper_limit?: string | null
}

const SEVERITY: Judgement[] = ["OK", "Warning", "Missing", "Out Of Specification"]

/** One reading; null or undefined: nothing that is a number. */
export function judge(value: number | null | undefined, limits: Limits): Judgement {
	if (value === null || value === undefined || Number.isNaN(value)) return "Missing"
	if (!isWithin(value, limits.lower_limit, limits.upper_limit)) return "Out Of Specification"
	return isWithin(value, limits.lower_warning, limits.upper_warning) ? "OK" : "Warning"
}

/** The worst of several readings; those not taken do not count, none at all is Missing. */
export function judgeAll(values: (number | null | undefined)[], limits: Limits): Judgement {
	const judged = values.filter((value) => typeof value === "number").map((value) => judge(value, limits))
	return judged.length ? SEVERITY[Math.max(...judged.map((one) => SEVERITY.indexOf(one)))] : "Missing"
}

function isWithin(value: number, lower?: string | null, upper?: string | null): boolean {
	return (!isSet(lower) || compare(lower!, value) <= 0) && (!isSet(upper) || compare(value, upper!) <= 0)
}

function isSet(limit?: string | null): boolean {
	return parseNumber(limit) !== null && parseNumber(limit) !== undefined
}

export function hasAny(limits: Limits): boolean {
	return [limits.lower_limit, limits.lower_warning, limits.upper_warning, limits.upper_limit].some(isSet)
}

export interface Bar {
	/** Places from 0 to 100. */
	marks: { place: number; text: string; kind: "limit" | "warning" }[]
	bands: { from: number; to: number; kind: "bad" | "warn" | "good" }[]
	value: number | null
}

/** Where limits and a value lie on a bar that has room outside the limits. */
export function barOf(limits: Limits, value: number | null | undefined): Bar {
	const given = [limits.lower_limit, limits.lower_warning, limits.upper_warning, limits.upper_limit]
	const numbers = given.filter(isSet).map(Number)
	if (!numbers.length) return { marks: [], bands: [], value: null }
	let [low, high] = [Math.min(...numbers), Math.max(...numbers)]
	const room = (high - low || Math.abs(high) || 1) * 0.25
	if (!isSet(limits.lower_limit) && !isSet(limits.lower_warning)) low = Math.min(low - 3 * room, value ?? low)
	if (!isSet(limits.upper_limit) && !isSet(limits.upper_warning)) high = Math.max(high + 3 * room, value ?? high)
	const [start, end] = [low - room, high + room]
	const at = (number: number) => Math.min(Math.max(((number - start) / (end - start)) * 100, 0), 100)
	const [bottom, lowWarn, highWarn, top] = given.map((limit) => (isSet(limit) ? at(Number(limit)) : null))
	const [l, u] = [bottom ?? 0, top ?? 100]
	const [lw, uw] = [lowWarn ?? l, highWarn ?? u]
	const bands: Bar["bands"] = [
		{ from: 0, to: l, kind: "bad" }, { from: l, to: lw, kind: "warn" }, { from: lw, to: uw, kind: "good" },
		{ from: uw, to: u, kind: "warn" }, { from: u, to: 100, kind: "bad" },
	]
	return {
		marks: given.flatMap((limit, index) => (isSet(limit) ? [{ place: at(Number(limit)), text: limit!, kind: index === 0 || index === 3 ? ("limit" as const) : ("warning" as const) }] : [])),
		bands: bands.filter((band) => band.to > band.from),
		value: typeof value === "number" ? at(value) : null,
	}
}
