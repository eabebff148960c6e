import { describe, expect, it } from "vitest"
import type { Meta } from "../data/records"
import { changedFields, isEditable, isReadOnly, isShown, missing, newRow, rebased, type Rights } from "./form"

const inner: Meta = { name: "Inner", tables: {}, fields: [{ fieldname: "lot", fieldtype: "Link", reqd: 1 }, { fieldname: "ok", fieldtype: "Check", default: "1" }, { fieldname: "day", fieldtype: "Date", default: "Today" }] }
const meta: Meta = {
	name: "Outer",
	tables: { Inner: inner },
	is_submittable: 1,
	fields: [
		{ fieldname: "title", fieldtype: "Data", reqd: 1 },
		{ fieldname: "uom", fieldtype: "Link", reqd: 1, fetch_from: "lot.uom" },
		{ fieldname: "why", fieldtype: "Small Text", mandatory_depends_on: "eval:doc.title=='x'" },
		{ fieldname: "secret", fieldtype: "Data", permlevel: 1 },
		{ fieldname: "note", fieldtype: "Data", allow_on_submit: 1 },
		{ fieldname: "rows", fieldtype: "Table", options: "Inner" },
		{ fieldname: "hidden", fieldtype: "Data", hidden: 1, reqd: 1 },
	],
}
const rights: Rights = { may: { write: true, create: true }, levels: { read: [0], write: [0] } }
const field = (name: string) => meta.fields.find((one) => one.fieldname === name)!

describe("what a form allows", () => {
	it("a level that the roles do not write is read only", () => {
		expect(isReadOnly(field("secret"), {}, rights)).toBe(true)
		expect(isReadOnly(field("title"), {}, rights)).toBe(false)
	})
	it("a submitted record is read only but for what may change after submission", () => {
		expect(isReadOnly(field("title"), { docstatus: 1 }, rights)).toBe(true)
		expect(isReadOnly(field("note"), { docstatus: 1 }, rights)).toBe(false)
		expect(isEditable(meta, { docstatus: 1 }, rights)).toBe(true)
		expect(isEditable(meta, { docstatus: 2 }, rights)).toBe(false)
	})
	it("hidden fields are not shown", () => expect(isShown(field("hidden"), {})).toBe(false))
})

describe("what is missing", () => {
	it("names fields and rows, not what the server fetches nor what nobody sees", () => {
		const found = missing(meta, { title: "x", rows: [{ lot: "" }, { lot: "L" }] })
		expect(found.map((one) => [one.table?.fieldname, one.row, one.field.fieldname])).toEqual([[undefined, undefined, "why"], ["rows", 1, "lot"]])
	})
	it("a new row has its defaults; days are left to the server", () => expect(newRow(inner)).toMatchObject({ ok: 1, day: null, lot: null }))
})

describe("two people in one record", () => {
	const original = { title: "a", note: "n", rows: [{ name: "1", lot: "L" }], modified: "1" }
	it("nothing and an empty text are the same", () => expect(changedFields(meta, { title: null }, { title: "" })).toEqual([]))
	it("what they left alone keeps what was typed; what both changed is asked", () => {
		const draft = { ...original, title: "mine", note: "mine" }
		const theirs = { ...original, note: "theirs", secret: "s", modified: "2" }
		const { doc, theirChanges, conflicts } = rebased(meta, original, draft, theirs)
		expect(doc).toMatchObject({ title: "mine", note: "mine", secret: "s", modified: "2" })
		expect(theirChanges.map((one) => one.fieldname)).toEqual(["secret", "note"])
		expect(conflicts).toEqual([{ field: field("note"), mine: "mine", theirs: "theirs" }])
	})
	it("rows are compared by what they hold", () => {
		expect(changedFields(meta, original, { ...original, rows: [{ name: "2", lot: "L", idx: 9 }] })).toEqual([])
		expect(changedFields(meta, original, { ...original, rows: [] }).map((one) => one.fieldname)).toEqual(["rows"])
	})
})
