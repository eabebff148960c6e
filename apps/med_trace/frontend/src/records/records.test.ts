import { describe, expect, it } from "vitest"
import type { Meta } from "../data/records"
import { listFields, sections } from "./fields"
import { changesOf } from "./versions"

const meta: Meta = {
	name: "X",
	tables: {},
	fields: [
		{ fieldname: "a", fieldtype: "Data" },
		{ fieldname: "s1", fieldtype: "Section Break", label: "Empty" },
		{ fieldname: "s2", fieldtype: "Section Break", label: "Rows" },
		{ fieldname: "secret", fieldtype: "Password" },
		{ fieldname: "b", fieldtype: "Float", in_list_view: 1 },
		{ fieldname: "rows", fieldtype: "Table", options: "Y" },
		{ fieldname: "c", fieldtype: "Data", hidden: 1 },
	],
}

describe("fields", () => {
	it("sections without content, hidden fields and passwords are not shown", () => {
		expect(sections(meta).map((one) => [one.title, one.fields.map((field) => field.fieldname), one.tables.length])).toEqual([["", ["a"], 0], ["Rows", ["b"], 1]])
	})
	it("a list shows what the DocType marks for it", () => {
		expect(listFields(meta, 5).map((field) => field.fieldname)).toEqual(["b"])
	})
})

describe("versions", () => {
	const version = (data: unknown) => ({ name: "v", owner: "o", creation: "c", data: JSON.stringify(data) })
	it("old and new value of each field, also in tables", () => {
		const changes = changesOf(version({ changed: [["state", "A", "B"]], row_changed: [["rows", 0, "r", [["q", 1, 2]]]], added: [["rows", { name: "n", lot: "L", q: 3 }]] }))
		expect(changes).toEqual([
			{ field: "state", old: "A", new: "B", kind: "changed" },
			{ field: "q", table: "rows", row: 1, old: 1, new: 2, kind: "changed" },
			{ field: "rows", old: null, new: "L, 3", kind: "added" },
		])
	})
	it("a version that cannot be read changes nothing", () => {
		expect(changesOf({ name: "v", owner: "", creation: "", data: "{" })).toEqual([])
	})
})
