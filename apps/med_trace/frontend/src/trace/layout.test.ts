import { describe, expect, it } from "vitest"
import type { Trace, TraceNode } from "../data/trace"
import { BOX, layOut, MANY } from "./layout"

const NONE = new Set<string>()

function lot(id: string, generation: number, more: Partial<TraceNode> = {}): TraceNode {
	return { id, type: "Lot", generation, item_code: "SCREW", item_name: "Screw", state: "Released", ...more }
}

function link(from: string, to: string, quantity = 1) {
	return { from, to, event: "e", type: "Transformed", time: "2026-01-01", quantity, uom: "Nos" }
}

function trace(nodes: TraceNode[], links = [] as ReturnType<typeof link>[]): Trace {
	return { root: nodes[0].id, nodes, links, complete: true, beyond: 0 }
}

function fan(count: number): Trace {
	const screws = Array.from({ length: count }, (_, index) => lot(`S-${String(index).padStart(5, "0")}`, 1))
	return trace([lot("BAR", 0, { item_code: "BAR" }), ...screws], screws.map((one) => link("BAR", one.id)))
}

describe("layers", () => {
	const short = trace([lot("A", 0), lot("B", 1), lot("C", 1)], [link("A", "B"), link("B", "C"), link("A", "C")])

	it("every link leads to the right, however short the shortest way is", () => {
		const { boxes, lines } = layOut(short, "forward", NONE)
		const at = Object.fromEntries(boxes.map((box) => [box.id, box.x]))
		expect(lines.every((line) => at[line.from] < at[line.to])).toBe(true)
	})

	it("backward, the material still flows to the right, with the root at the right", () => {
		const back = trace([lot("C", 0), lot("B", 1), lot("A", 1)], [link("A", "B"), link("B", "C"), link("A", "C")])
		const { boxes, lines } = layOut(back, "backward", NONE)
		const at = Object.fromEntries(boxes.map((box) => [box.id, box.x]))
		expect(lines.every((line) => at[line.from] < at[line.to])).toBe(true)
		expect(Math.max(...Object.values(at))).toBe(at.C)
	})

	it("a cycle is drawn, not followed for ever", () => {
		const round = trace([lot("A", 0), lot("B", 1)], [link("A", "B"), link("B", "A")])
		expect(layOut(round, "forward", NONE).boxes).toHaveLength(2)
	})

	it("consignees stand together in the last layer", () => {
		const party = (id: string): TraceNode => ({ id, type: "Consignee", generation: 1, name: id })
		const shipped = trace([lot("A", 0), lot("B", 1), party("x"), party("y")], [link("A", "B"), link("A", "x"), link("B", "y")])
		const { boxes } = layOut(shipped, "forward", NONE)
		const ends = boxes.filter((box) => box.node?.type === "Consignee").map((box) => box.layer)
		expect(new Set(ends)).toEqual(new Set([2]))
	})
})

describe("places", () => {
	it("no two boxes lie on each other", () => {
		const { boxes } = layOut(fan(MANY), "forward", NONE)
		const places = boxes.map((box) => `${box.x}:${Math.round(box.y / (BOX.height + BOX.down) * 2)}`)
		expect(new Set(places).size).toBe(boxes.length)
	})

	it("all boxes lie inside the picture", () => {
		const picture = layOut(fan(20), "forward", NONE)
		for (const box of picture.boxes) {
			expect(box.x + BOX.width).toBeLessThanOrEqual(picture.width)
			expect(box.y + BOX.height).toBeLessThanOrEqual(picture.height)
		}
	})

	it("links between the same two lots are one line with the sum", () => {
		const { lines } = layOut(trace([lot("A", 0), lot("B", 1)], [link("A", "B", 2), link("A", "B", 3)]), "forward", NONE)
		expect(lines.map((line) => [line.count, line.quantity])).toEqual([[2, 5]])
	})
})

describe("returns", () => {
	it("what came back is told on the line that it left by", () => {
		const hospital: TraceNode = { id: "H", type: "Consignee", generation: 1 }
		const shipped = trace([lot("A", 0), hospital], [link("A", "H", 5), { ...link("H", "A", 2), type: "Returned" }])
		const { boxes, lines } = layOut(shipped, "forward", NONE)
		expect(boxes.map((box) => box.layer)).toEqual([0, 1])
		expect(lines.map((line) => [line.from, line.to, line.quantity, line.returned])).toEqual([["A", "H", 5, 2]])
	})
})

describe("clusters", () => {
	it(`up to ${MANY} lots of a generation are shown one by one`, () => {
		expect(layOut(fan(MANY), "forward", NONE).boxes).toHaveLength(MANY + 1)
	})

	it("more are gathered, and every lot is counted once", () => {
		const { boxes } = layOut(fan(200), "forward", NONE)
		const counted = boxes.reduce((sum, box) => sum + (box.cluster?.count ?? 1), 0)
		expect(counted).toBe(201)
		expect(boxes.length).toBeLessThan(30)
	})

	it("clusters divide by item first, then by state", () => {
		const nodes = [lot("R", 0), ...Array.from({ length: 60 }, (_, index) => lot(`L${index}`, 1, { item_code: index % 2 ? "X" : "Y" }))]
		const { boxes } = layOut(trace(nodes, nodes.slice(1).map((one) => link("R", one.id))), "forward", NONE)
		expect(boxes.filter((box) => box.cluster).map((box) => box.cluster!.count)).toEqual([30, 30])
	})

	it("an opened cluster shows its lots", () => {
		const closed = layOut(fan(40), "forward", NONE)
		const first = closed.boxes.find((box) => box.cluster)!
		const { boxes } = layOut(fan(40), "forward", new Set([first.id]))
		expect(boxes.filter((box) => box.node).length).toBe(1 + first.cluster!.count)
	})

	it("10 000 lots are a small picture, quickly", () => {
		const start = performance.now()
		const { boxes } = layOut(fan(10_000), "forward", NONE)
		expect(boxes.length).toBeLessThan(60)
		expect(performance.now() - start).toBeLessThan(1000)
	})
})
