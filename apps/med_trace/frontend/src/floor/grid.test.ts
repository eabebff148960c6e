import { describe, expect, it } from "vitest"
import { cellsOf, move, spread } from "./grid"
import { runOf } from "./run"
import { cleaned, GS, isSeparator } from "./wedge"

const LENGTHS = [3, 1, 3] // samples of each characteristic

describe("moves", () => {
	it.each([
		["Enter", { row: 0, column: 0 }, { row: 1, column: 0 }],
		["Enter", { row: 2, column: 0 }, { row: 0, column: 1 }],
		["Enter", { row: 2, column: 2 }, null],
		["ArrowRight", { row: 2, column: 0 }, { row: 0, column: 1 }],
		["ArrowLeft", { row: 0, column: 0 }, null],
		["ArrowDown", { row: 0, column: 1 }, null],
		["End", { row: 0, column: 2 }, { row: 2, column: 2 }],
		["5", { row: 0, column: 0 }, null],
	])("%s from %j leads to %j", (key, from, to) => expect(move(key, from, 3, LENGTHS)).toEqual(to))

	it("Shift+Enter goes back the way Enter came", () => {
		expect(move("Enter", { row: 0, column: 1 }, 3, LENGTHS, true)).toEqual({ row: 2, column: 0 })
	})
})

describe("pastes", () => {
	it("a column, a block and a line of numbers are understood", () => {
		expect(cellsOf("1.1\r\n1.2\r\n")).toEqual([["1.1"], ["1.2"]])
		expect(cellsOf("1\t2\n3\t4")).toEqual([["1", "2"], ["3", "4"]])
		expect(cellsOf("1.1 1.2;1.3")).toEqual([["1.1"], ["1.2"], ["1.3"]])
	})

	it("what does not fit is counted, never written elsewhere", () => {
		const { cells, left } = spread([["a", "b"], ["c", "d"]], { row: 0, column: 0 }, LENGTHS)
		expect(cells.map((cell) => cell.text)).toEqual(["a", "b", "c"])
		expect(left).toBe(1)
	})
})

describe("the run chart", () => {
	it("marks what is outside the limits and what is measured now", () => {
		const run = runOf([10, 10.2], [9.8, null], "9.9", "10.1", "10")
		expect(run.points.map((point) => point.isOut)).toEqual([false, true, true])
		expect(run.points.map((point) => point.isNow)).toEqual([false, false, true])
		expect(run.lines).toHaveLength(3)
		expect(run.points.every((point) => point.y >= 0 && point.y <= 40)).toBe(true)
	})

	it("is empty without values", () => expect(runOf([], [null], "1", "2").points).toEqual([]))
})

describe("scanners", () => {
	it.each([
		["0109506000134352<GS>10ABC\r", `0109506000134352${GS}10ABC`],
		["]d2010950600013435210ABC␝21X", `]d2010950600013435210ABC${GS}21X`],
		[`${GS}0109506000134352`, `${GS}0109506000134352`],
		["  SC-2601\t", "SC-2601"],
	])("%j is %j", (typed, code) => expect(cleaned(typed)).toBe(code))

	it("Ctrl+] and F8 are the group separator", () => {
		expect(isSeparator({ key: "]", ctrlKey: true, altKey: false })).toBe(true)
		expect(isSeparator({ key: "F8", ctrlKey: false, altKey: false })).toBe(true)
		expect(isSeparator({ key: "]", ctrlKey: false, altKey: false })).toBe(false)
	})
})
