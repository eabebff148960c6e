import { expect, it } from "vitest"
import { groupsOf, MENDINGS, mendingOf, worstFirst } from "./mend"

const reason = (rule: string, doctype: string, name = "X-1") => ({ rule, message: "", doctype, name })

it.each([
	["Operation", "Process Routing", "Run the operation", { path: "/work", query: { lot: "L 1" } }],
	["Inspection", "Inspection Plan", "Inspect the lot", { path: "/inspect", query: { lot: "L 1" } }],
	["Inspection", "Inspection Record", "Open the record", { name: "record", params: { doctype: "Inspection Record", name: "X-1" } }],
	["Open Record", "Process Record", "Finish the record", { path: "/work/X-1" }],
	["Open Record", "Inspection Record", "Finish the record", { path: "/inspect/X-1" }],
	["Nonconformance", "NCR", "Answer the NCR", { name: "record", params: { doctype: "NCR", name: "X-1" } }],
	["Nonconformance", "Trace Event", "Open the record", { name: "record", params: { doctype: "Trace Event", name: "X-1" } }],
	["Component", "Material Lot", "Open the lot", { name: "lot", params: { name: "X-1" } }],
	["A rule that comes later", "Tool", "Open the record", { name: "record", params: { doctype: "Tool", name: "X-1" } }],
])("%s of %s: %s", (rule, doctype, title, to) => {
	expect(mendingOf(reason(rule, doctype), "L 1")).toEqual({ title, to })
	expect(MENDINGS).toContain(title)
})

it("deviations stand worst first, and keep their order among equals", () => {
	const given = [{ severity: "minor", n: 1 }, { severity: "critical", n: 2 }, { severity: "", n: 3 }, { severity: "major", n: 4 }, { severity: "critical", n: 5 }]
	expect(worstFirst(given).map((one) => one.n)).toEqual([2, 5, 4, 1, 3])
})

it("many small deviations of a kind are told as one; a bad one is never folded", () => {
	const of = (severity: string, kind: string, many: number) => Array.from({ length: many }, () => ({ severity, kind, what: kind }))
	const found = groupsOf([...of("minor", "Late entry", 3), ...of("minor", "Rework", 2), ...of("critical", "NCR", 5)])
	expect(found.map((group) => [group.what, group.entries.length, group.isFolded])).toEqual([["NCR", 5, false], ["Late entry", 3, true], ["Rework", 2, false]])
})
