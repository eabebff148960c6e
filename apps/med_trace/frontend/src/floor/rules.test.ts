/** The pages judge as the server does: both sides are held against the same cases (tests/domain/test_rules_of_pages.py). */
import { describe, expect, it } from "vitest"
import { compare, parseNumber } from "./decimal"
import { barOf, judge, judgeAll, type Limits } from "./limits"
import cases from "./rules.json"
import { conclude, judgeReading, missing, type Characteristic, type Reading } from "./verdict"

function limitsOf([lower_limit, lower_warning, upper_warning, upper_limit]: (string | null)[]): Limits {
	return { lower_limit, lower_warning, upper_warning, upper_limit }
}

it("there are cases of every kind", () => {
	const said = new Set(cases.limits.map(([, , judgement]) => judgement))
	expect([...said].sort()).toEqual(["Missing", "OK", "Out Of Specification", "Warning"])
	expect(new Set(cases.plans.map((one) => one.verdict))).toEqual(new Set(["", "Accepted", "Rejected"]))
})

it.each(cases.limits)("limits %j say of %d: %s", (limits, value, judgement) => {
	expect(judge(value as number | null, limitsOf(limits as (string | null)[]))).toBe(judgement)
})

it.each(cases.plans)("results $readings make $verdict", ({ plan, readings, verdict, missing: wanted }) => {
	const given = new Map(Object.entries(readings) as [string, Reading[]][])
	expect(conclude(plan as Characteristic[], given)).toBe(verdict)
	expect(Object.fromEntries(missing(plan as Characteristic[], given))).toEqual(wanted)
})

describe("numbers as they are typed", () => {
	it.each([
		["4.95", 4.95], [" -3 ", -3], [".5", 0.5], ["1e3", 1000], ["１２．５", 12.5], ["", null], [null, null],
		["4,95", undefined], ["abc", undefined], ["1e999", undefined], ["9999999999999", undefined], ["--1", undefined],
	])("%j is %j", (typed, number) => expect(parseNumber(typed)).toBe(number))

	it("are compared exactly", () => {
		expect(compare("0.3", 0.1 + 0.2)).toBe(-1)
		expect(compare("10.10", 10.1)).toBe(0)
		expect(compare("-0.002", -2e-3)).toBe(0)
		expect(compare("1e3", "1000.000")).toBe(0)
	})
})

it("what is typed but no number is not measured", () => {
	const length = { characteristic: "Length", kind: "Variable", samples: 1, lower_limit: "1", upper_limit: "2" }
	expect(judgeReading(length, { value: undefined })).toBe("")
})

it("the worst of value, lowest and highest counts", () => {
	const limits = limitsOf(["100", "200", "400", "500"])
	expect(judgeAll([300, 250, 450], limits)).toBe("Warning")
	expect(judgeAll([300, null, 501], limits)).toBe("Out Of Specification")
	expect(judgeAll([null, undefined], limits)).toBe("Missing")
})

it("the bar shows every limit in order, and a value beyond them at its end", () => {
	const bar = barOf(limitsOf(["100", "200", "400", "500"]), 9999)
	expect(bar.marks.map((mark) => mark.text)).toEqual(["100", "200", "400", "500"])
	expect(bar.marks.map((mark) => mark.place)).toEqual([...bar.marks.map((mark) => mark.place)].sort((a, b) => a - b))
	expect(bar.bands.map((band) => band.kind)).toEqual(["bad", "warn", "good", "warn", "bad"])
	expect(bar.value).toBe(100)
})
