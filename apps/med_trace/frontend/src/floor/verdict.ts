/** Verdicts from results and plan: the rule of the server's domain/inspection.py. */
import { judge, type Limits } from "./limits"

export type Result = "" | "Pass" | "Fail"
export type Verdict = "" | "Accepted" | "Rejected"

export interface Characteristic extends Limits {
	characteristic: string
	kind: string
	/** How many results are wanted. */
	samples: number
}

/** One result as typed. `value` undefined: what is typed is no number, so nothing was measured. */
export interface Reading {
	value?: number | null
	attribute?: string | null
}

export function judgeReading(characteristic: Characteristic, reading: Reading): Result {
	if (characteristic.kind === "Attribute") return reading.attribute === "Pass" || reading.attribute === "Fail" ? reading.attribute : ""
	if (typeof reading.value !== "number") return ""
	return judge(reading.value, { lower_limit: characteristic.lower_limit, upper_limit: characteristic.upper_limit }) === "Out Of Specification" ? "Fail" : "Pass"
}

/** How many results each characteristic still wants; those that want none are left out. */
export function missing(plan: Characteristic[], readings: Map<string, Reading[]>): Map<string, number> {
	const wanted = plan.map((one): [string, number] => {
		const measured = (readings.get(one.characteristic) ?? []).filter((reading) => judgeReading(one, reading) !== "")
		return [one.characteristic, one.samples - measured.length]
	})
	return new Map(wanted.filter(([, count]) => count > 0))
}

/** Rejected as soon as one result fails; Accepted when the plan is fulfilled and none does. */
export function conclude(plan: Characteristic[], readings: Map<string, Reading[]>): Verdict {
	const results = plan.flatMap((one) => (readings.get(one.characteristic) ?? []).map((reading) => judgeReading(one, reading)))
	if (results.includes("Fail")) return "Rejected"
	return missing(plan, readings).size ? "" : "Accepted"
}
