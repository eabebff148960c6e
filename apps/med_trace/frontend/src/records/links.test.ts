import { expect, it } from "vitest"
import type { Field } from "../data/records"
import { linkFilters } from "./links"

const link = (filters?: unknown): Field => ({ fieldname: "unit", fieldtype: "Link", options: "Serial Unit", link_filters: typeof filters === "string" ? filters : JSON.stringify(filters) })

it("a link offers what its DocField says, by the fields of its row and of the record around it", () => {
	const field = link([["Serial Unit", "lot", "=", "eval:doc.lot"], ["Serial Unit", "home", "=", "eval:parent.lot"], ["Serial Unit", "state", "in", ["A", "B"]], ["Serial Unit", "gone", "=", 0]])
	expect(linkFilters(field, { lot: "L1" }, { lot: "L2" })).toEqual({ lot: ["=", "L1"], home: ["=", "L2"], state: ["in", ["A", "B"]], gone: ["=", 0] })
})

it.each([[null], [undefined], [""]])("a field that is empty yet (%s) narrows nothing", (lot) => {
	expect(linkFilters(link([["Serial Unit", "lot", "=", "eval:doc.lot"]]), { lot })).toEqual({})
})

it.each(["", "not json", "{}", "[1]", '[["Serial Unit","lot","=","eval:frappe.call(1)"]]'])("what cannot be read here narrows nothing: %s", (text) => {
	expect(linkFilters(link(text), { lot: "L1" })).toEqual({})
})
