import { expect, it } from "vitest"
import { holds } from "./condition"

const doc = { stage: "In-process", is_return: 0, level: 2, items: [{}], none: null, name: "A" }

it.each([
	["", true],
	["stage", true],
	["is_return", false],
	["items", true],
	["eval:doc.stage=='In-process'", true],
	["eval:doc.stage!='In-process'", false],
	['eval:doc.stage == "Final" || doc.level > 1', true],
	["eval:!doc.is_return && doc.items.length", true],
	["eval:(doc.is_return || doc.level >= 2) && doc.none == ''", true],
	["eval:in_list(['Final', 'In-process'], doc.stage)", true],
	['eval:["Final"].includes(doc.stage)', false],
	["eval:cint(doc.level) === 2", true],
	["eval:parent.docstatus == 0", true],
])("%s is %s", (condition, expected) => {
	expect(holds(condition, doc, { docstatus: 0 })).toBe(expected)
})

it.each(["eval:frappe.user.has_role('X')", "eval:doc.items.map(x => x.a)", "fn:whatever", "eval:doc.("])("%s cannot be judged here and counts as true", (condition) => {
	expect(holds(condition, doc)).toBe(true)
})
