import { expect, it } from "vitest"
import { fromQuery, isFiltered, isFinal, moveTo, toQuery, type Column } from "./board"

it("filters come back from the address they were written to", () => {
	const filters = { severity: "Major", lot: "SC 26/01", owner: "a@b.c", assigned: "me", text: "50 %" }
	expect(fromQuery(toQuery(filters))).toEqual(filters)
})

it("an address without filters is no filter, and leaves none behind", () => {
	expect(isFiltered(fromQuery({ state: "Open", severity: null }))).toBe(false)
	expect(toQuery(fromQuery({ text: "  " }))).toEqual({})
})

it("of a filter that is given twice the first counts", () => {
	expect(fromQuery({ severity: ["Minor", "Major"] }).severity).toBe("Minor")
})

it("a card goes only where the workflow has a step", () => {
	const columns: Column[] = [
		{ state: "Open", count: 0, cards: [], moves: [{ action: "Begin Evaluation", to: "Under Evaluation" }] },
		{ state: "Under Evaluation", count: 0, cards: [], moves: [] },
	]
	expect(moveTo(columns, "Open", "Under Evaluation")?.action).toBe("Begin Evaluation")
	expect(moveTo(columns, "Open", "Closed")).toBeUndefined()
	expect(moveTo(columns, "Under Evaluation", "Open")).toBeUndefined()
	expect(moveTo(columns, "Unheard of", "Open")).toBeUndefined()
})

it("only closing is asked about before it is done", () => {
	expect(isFinal({ action: "Carry Out And Close", to: "Closed" })).toBe(true)
	expect(isFinal({ action: "Begin Evaluation", to: "Under Evaluation" })).toBe(false)
})
