import { describe, expect, it } from "vitest"
import type { Found } from "../data/scan"
import { contentsOf, isCodeNotNumber, isSamePiece, pieceOf, problemOf, sharesOf, unseenPiece, type Piece } from "./pieces"

const nothing = { doctype: null, name: null, kind: null, item: null, item_name: null, state: null, lot: null } as unknown as Found
const found = (more: Partial<Found>): Found => ({ ...nothing, item: "EXT-LINE", item_name: "Line", state: "Released", uom: "Nos", ...more })
const lot = (name: string, quantity: string, more: Partial<Piece> = {}): Piece => ({ ...pieceOf(found({ doctype: "Material Lot", name, free: 10 }), name)!, quantity, ...more })
const unit = (name: string, of: string): Piece => pieceOf(found({ doctype: "Serial Unit", name, lot: of }), name)!
const box = (name: string): Piece => pieceOf(found({ kind: "Container", name, item: null, state: null }), `00${name}`)!

describe("what a scanned label adds", () => {
	it("a unit is one, a lot is asked for, or taken whole", () => {
		expect(unit("S-1", "L-1")).toMatchObject({ lot: "L-1", unit: "S-1", quantity: "1" })
		expect(pieceOf(found({ doctype: "Material Lot", name: "L-1", free: 4.5 }), "x")).toMatchObject({ lot: "L-1", unit: null, quantity: "" })
		expect(pieceOf(found({ doctype: "Material Lot", name: "L-1", free: 4.5 }), "x", true)?.quantity).toBe("4.5")
	})

	it("an item or several records are no piece", () => {
		expect(pieceOf(found({ doctype: "Item", name: "EXT-LINE" }), "x")).toBeUndefined()
		expect(pieceOf(nothing, "H817")).toBeUndefined()
	})

	it("the same label twice is the same piece; a unit may be called as a lot is", () => {
		expect(isSamePiece(unit("S-1", "L-1"), unit("S-1", "L-1"))).toBe(true)
		expect(isSamePiece(unit("X", "L-1"), lot("X", "1"))).toBe(false)
	})
})

describe("what is wrong with it", () => {
	const alike = { least: 2, isAlike: true }
	it.each([["", "number"], ["0", "number"], ["-1", "number"], ["abc", "number"], ["10.5", "too much"], ["10", undefined], ["0.3", undefined]])("%j of ten is %s", (quantity, problem) => {
		expect(problemOf(lot("L-1", quantity), [], { least: 1 })).toBe(problem)
	})

	it("only what is alike goes together, and no closed case", () => {
		const first = lot("L-1", "1")
		expect(problemOf(lot("L-2", "1", { item: "OTHER" }), [first], alike)).toBe("another item")
		expect(problemOf(lot("L-2", "1", { state: "On Hold" }), [first], alike)).toBe("another state")
		expect(problemOf(box("1"), [first], alike)).toBe("a case")
		expect(problemOf(lot("L-2", "1", { item: "OTHER" }), [first], { least: 1 })).toBeUndefined()
	})

	it("what could not be looked up may be a unit: nothing is asked for", () => {
		expect(problemOf(unseenPiece("S-9"), [], alike)).toBeUndefined()
		expect(problemOf({ ...unseenPiece("S-9"), quantity: "x" }, [], alike)).toBe("number")
	})
})

it.each([["4", false], ["4.5", false], ["", false], ["EL-9100", true], ["09521234003106", true], ["]C100395212340000000", true]])("a scanner that types %j into a number: %s", (typed, isCode) => {
	expect(isCodeNotNumber(typed)).toBe(isCode)
})

it("units of one lot are one share; what was not looked up stands by its code", () => {
	expect(sharesOf([lot("L-1", "4.50"), unit("S-1", "L-2"), unit("S-2", "L-2"), unseenPiece("CODE")])).toEqual({ "L-1": "4.5", "L-2": ["S-1", "S-2"], CODE: "" })
})

it("into a case go units, shares and whole cases", () => {
	expect(contentsOf([unit("S-1", "L-2"), lot("L-1", "3"), box("3952"), unseenPiece("CODE")])).toEqual({
		pieces: [{ lot: "L-2", serial_unit: "S-1" }, { lot: "L-1", quantity: "3" }, { code: "CODE", quantity: "" }],
		cases: ["3952"],
	})
})
