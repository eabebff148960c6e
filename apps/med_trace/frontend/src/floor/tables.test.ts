/** The tables of the shop floor against the gate's own words, and the sheets' arithmetic. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import type { Sheet as Inspection } from "../data/inspect"
import type { Sheet } from "../data/work"
import { DOINGS, offered } from "./actions"
import { attributeOf, present as inspected, readingsOf } from "./inspection"
import { unseenPiece } from "./pieces"
import { filesOf } from "./shell"
import { conclude } from "./verdict"
import { balanceOf, judgementOf, lacks, present, type Read } from "./work"

const APP = resolve(import.meta.dirname, "../../../med_trace")
const ACTIONS = [...readFileSync(`${APP}/domain/event.py`, "utf-8").split("class Action")[1].split("ACTIONS_OF")[0].matchAll(/= "([^"]+)"/g)].map(([, word]) => word)
const KEPT = readFileSync(`${APP}/api/queue.py`, "utf-8")

describe("actions on what was scanned", () => {
	const lot = { lot: "SC-1", unit: null }

	it("each of the gate's actions is done here, leads somewhere, or is told", () => {
		expect(ACTIONS.length).toBeGreaterThan(30)
		const { doings, leads, rest } = offered(ACTIONS, lot)
		expect(doings).toHaveLength(Object.keys(DOINGS).length)
		expect(leads.length).toBeGreaterThan(5)
		expect(rest.filter((action) => !ACTIONS.includes(action))).toEqual([])
		expect(Object.keys(DOINGS).filter((action) => !ACTIONS.includes(action))).toEqual([])
	})

	it("nothing is offered that the server does not allow", () => {
		expect(offered([], lot)).toEqual({ doings: [], leads: [], rest: [] })
		expect(offered(["Hold"], lot).doings.map((one) => one.title)).toEqual(["Hold"])
	})

	it("what is done here is what the server lets devices keep", () => {
		expect(Object.values(DOINGS).filter((doing) => !KEPT.includes(`"${doing.method}"`))).toEqual([])
	})

	it("a unit is one piece; a lot as a whole is not relabelled by it", () => {
		const unit = { lot: "SC-1", unit: "S-7" }
		expect(DOINGS.Scrap.args(unit, { reason: "bent" })).toEqual({ lot: "SC-1", unit: "S-7", quantity: "1", reason: "bent" })
		expect(DOINGS["Split From"].args(unit, { new_number: "SC-1B" })).toMatchObject({ parts: { "SC-1B": ["S-7"] } })
		expect(offered(["Relabel From"], unit).doings).toEqual([])
	})

	it("numbered pieces are split by their numbers, and only by whom the server lets", () => {
		expect(DOINGS["Split From"].args(lot, { serials: "S-1\nS-2, S-3" })).toEqual({ lot: "SC-1", parts: [["S-1", "S-2", "S-3"]], reason: undefined })
		expect(offered(["Close"], lot, () => false).doings).toEqual([])
		expect(offered(["Close", "Hold"], lot, (...roles) => roles.includes("Trace Quality")).doings).toHaveLength(2)
	})

	it("what left us is told with the consignee, a unit as one", () => {
		const event = DOINGS.Deliver.args({ lot: "SC-1", unit: "S-7" }, { consignee: "St. Mary Hospital" }).event
		expect(event).toMatchObject({ type: "Delivered", consignee: "St. Mary Hospital", rows: [{ action: "Deliver", lot: "SC-1", serial_unit: "S-7", quantity: "1" }] })
		expect(DOINGS.Use.args(lot, { consignee: "St. Mary Hospital", quantity: "2" }).event).toMatchObject({ type: "Used", rows: [{ action: "Use", quantity: "2" }] })
	})

	it("a document begins with the scanned lot or piece as its row", () => {
		const unit = { lot: "SC-1", unit: "S-7", item: "SCREW", uom: "Nos", batch: "B-1", serial: "7" }
		const [ship] = offered(["Ship"], unit).leads
		expect(ship.to).toMatchObject({ name: "new", params: { doctype: "Delivery Note" } })
		expect(JSON.parse((ship.to as { query: { items: string } }).query.items)).toEqual([{ item_code: "SCREW", qty: 1, uom: "Nos", conversion_factor: 1, use_serial_batch_fields: 1, batch_no: "B-1", serial_no: "7" }])
		expect(offered(["Return"], unit).leads[0].to).toEqual({ name: "return", params: { lot: "SC-1" }, query: { unit: "S-7" } })
	})

	it("what goes in and comes out of a case, and what is put together", () => {
		const pieces = [{ ...unseenPiece("L-1"), lot: "L-1", quantity: "3" }, { ...unseenPiece("L-2"), lot: "L-2", quantity: "1" }]
		expect(DOINGS.Pack.args(lot, { container: "C-1", pieces })).toEqual({ container: "C-1", pieces: [{ lot: "L-1", quantity: "3" }, { lot: "L-2", quantity: "1" }], cases: [] })
		expect(DOINGS.Unpack.args({ lot: "", unit: null, container: "C-1" }, { container: "C-1", pieces: [] })).toEqual({ container: "C-1", pieces: [], cases: [] })
		expect(DOINGS["Merge From"].args(lot, { pieces, new_number: "M-1" })).toEqual({ lots: { "L-1": "3", "L-2": "1" }, into: "M-1", reason: undefined })
	})

	it("a move names the place, the row the action", () => {
		expect(DOINGS.Move.args(lot, { location: "Stores - TW" })).toEqual({
			event: { type: "Moved", rows: [{ action: "Move", lot: "SC-1", serial_unit: undefined, quantity: 0 }], reason: undefined, location: "Stores - TW" },
		})
	})
})

describe("the sheet of an operation", () => {
	const speed = { parameter: "Feed/rev", lower_limit: "1", lower_warning: null, upper_warning: "4", upper_limit: "5", value: 3, minimum: null, maximum: null }
	const sheet = { makes: true, needs_equipment: true, parameters: [speed], quantity_good: 2 } as unknown as Sheet
	const reading = (more: Record<string, unknown>): Read => (place) => (place in more ? more[place] : present(sheet, place))

	it("a place may have a slash in its name", () => {
		expect(present(sheet, "parameters/Feed/rev/value")).toBe(3)
		expect(present(sheet, "parameters/Feed/value")).toBeNull()
		expect(present(sheet, "quantity_good")).toBe(2)
	})

	it("is judged by what is typed", () => {
		expect(judgementOf(sheet, "Feed/rev", reading({}))).toBe("OK")
		expect(judgementOf(sheet, "Feed/rev", reading({ "parameters/Feed/rev/maximum": 4.5 }))).toBe("Warning")
	})

	it.each([
		[{}, { into: null, out: 2, open: 0 }],
		[{ quantity_in: 5, quantity_scrap: 0.1, quantity_rework: 0.2 }, { into: 5, out: 2.3, open: 2.7 }],
		[{ quantity_in: 2, quantity_scrap: 1 }, { into: 2, out: 3, open: -1 }],
	])("quantities %j balance as %j", (typed, balance) => expect(balanceOf(reading(typed))).toEqual(balance))

	it("says what is missing, in the order of the sheet", () => {
		const nothing = { "parameters/Feed/rev/value": null, quantity_good: null, equipment: "" }
		expect(lacks(sheet, reading(nothing), []).map((lack) => lack.kind)).toEqual(["equipment", "reading", "quantity"])
		const wrong = { equipment: "M1", "parameters/Feed/rev/value": undefined, quantity_in: 9 }
		expect(lacks(sheet, reading(wrong), []).map((lack) => lack.kind)).toEqual(["number", "balance"])
		const outputs = [{ cavity: "1", quantity: null, serial_numbers: "A B C", made_from: null, made_to: null }]
		expect(lacks(sheet, reading({ equipment: "M1" }), outputs).map((lack) => lack.detail)).toEqual(["3 ≠ 2"])
		expect(lacks(sheet, reading({ equipment: "M1" }), [])).toEqual([])
	})
})

describe("the sheet of an inspection", () => {
	const line = { characteristic: "A/B", kind: "Variable", lower_limit: "1", upper_limit: "2", samples: 1, gauge: "G1", results: [{ sample_no: 1, value: 1.5, attribute: null }] }
	const sheet = { characteristics: [line], remarks: "x" } as unknown as Inspection

	it("knows its places", () => {
		expect(inspected(sheet, "results/A/B/1/value")).toBe(1.5)
		expect(inspected(sheet, "gauge/A/B/name")).toBe("G1")
		expect(inspected(sheet, "remarks")).toBe("x")
		expect(inspected(sheet, "results/C/1/value")).toBeNull()
	})

	it("concludes from what is typed", () => {
		expect(conclude(sheet.characteristics, readingsOf(sheet, (place) => inspected(sheet, place)))).toBe("Accepted")
		expect(conclude(sheet.characteristics, readingsOf(sheet, () => 9))).toBe("Rejected")
		expect(conclude(sheet.characteristics, readingsOf(sheet, () => undefined))).toBe("")
	})

	it.each([["P", "Pass"], ["合格", "Pass"], ["f", "Fail"], ["不", "Fail"], ["", null], ["maybe", undefined]])("%j is %j", (typed, seen) => expect(attributeOf(typed)).toBe(seen))
})

it("the files kept on a device are those of the shop floor, and what they import", () => {
	const files = filesOf({
		"src/main.ts": { file: "main.js", css: ["main.css"], imports: ["_a.js"] },
		"_a.js": { file: "a.js" },
		"src/pages/WorkPage.vue": { file: "work.js", imports: ["_b.js"] },
		"_b.js": { file: "b.js", assets: ["reader.wasm"] },
		"src/pages/TracePage.vue": { file: "trace.js" },
	})
	const names = (paths: string[]) => paths.map((path) => path.split("/").at(-1)).sort()
	expect(names(files.ahead)).toEqual(["a.js", "b.js", "main.css", "main.js", "reader.wasm", "work.js"])
	expect(names(files.all)).toContain("trace.js")
})
