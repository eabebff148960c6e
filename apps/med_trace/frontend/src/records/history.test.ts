import { expect, it } from "vitest"
import { asChange, happenings } from "./history"

it("a changed row's field says which row", () => {
	expect(asChange({ field: "items[2].quantity", old: 1, new: 2 })).toEqual({ field: "quantity", table: "items", row: 2, old: 1, new: 2, kind: "changed" })
	expect(asChange({ field: "items[3]", old: null, new: { lot: "L" } })).toMatchObject({ field: "items", kind: "added" })
	expect(asChange({ field: "title", old: "a", new: "b" })).toMatchObject({ field: "title", kind: "changed" })
})

it("the audit trail goes before the versions; comments stand between; newest first", () => {
	const entry = { name: "e", kind: "Changed", category: "Record", at: "2026-01-02 10:00:00", utc: "", user: "u", printed_name: "U. Ser", reason: "typo", changes: [{ field: "a", old: 1, new: 2 }] }
	const comment = { name: "c", owner: "v", creation: "2026-01-03 10:00:00", content: "hello", comment_type: "Comment" }
	const version = { name: "v", owner: "u", creation: "2026-01-02 10:00:00", data: '{"changed":[["a",1,2]]}' }
	const made = { owner: "u", creation: "2026-01-01 10:00:00" }
	const all = happenings([entry], [version], [comment], made)
	expect(all.map((one) => [one.key, one.who, one.reason])).toEqual([["c", "v", undefined], ["e", "U. Ser", "typo"], ["created", "u", undefined]])
	expect(happenings(undefined, [version], [], made).map((one) => one.key)).toEqual(["v", "created"])
})
