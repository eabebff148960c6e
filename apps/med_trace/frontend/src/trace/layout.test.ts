import { describe, expect, it } from "vitest"
import type { Trace, TraceNode } from "../data/trace"
import { MANY } from "./clusters"
import { BOX, layOut, openedTo, stepped } from "./layout"

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
		const { boxes, lines } = layOut(short, NONE)
		const at = Object.fromEntries(boxes.map((box) => [box.id, box.x]))
		expect(lines.every((line) => at[line.from] < at[line.to])).toBe(true)
	})

	it("backward, the material still flows to the right, with the root at the right", () => {
		const back = trace([lot("C", 0), lot("B", -1), lot("A", -1)], [link("A", "B"), link("B", "C"), link("A", "C")])
		const { boxes, lines } = layOut(back, NONE)
		const at = Object.fromEntries(boxes.map((box) => [box.id, box.x]))
		expect(lines.every((line) => at[line.from] < at[line.to])).toBe(true)
		expect(Math.max(...Object.values(at))).toBe(at.C)
	})

	it("a cycle is drawn, not followed for ever", () => {
		const round = trace([lot("A", 0), lot("B", 1)], [link("A", "B"), link("B", "A")])
		expect(layOut(round, NONE).boxes).toHaveLength(2)
	})

	it("consignees stand together in the last layer", () => {
		const party = (id: string): TraceNode => ({ id, type: "Consignee", generation: 1, name: id })
		const shipped = trace([lot("A", 0), lot("B", 1), party("x"), party("y")], [link("A", "B"), link("A", "x"), link("B", "y")])
		const { boxes } = layOut(shipped, NONE)
		const ends = boxes.filter((box) => box.node?.type === "Consignee").map((box) => box.layer)
		expect(new Set(ends)).toEqual(new Set([2]))
	})
})

describe("places", () => {
	it("no two boxes lie on each other", () => {
		const { boxes } = layOut(fan(MANY), NONE)
		const places = boxes.map((box) => `${box.x}:${Math.round(box.y / (BOX.height + BOX.down) * 2)}`)
		expect(new Set(places).size).toBe(boxes.length)
	})

	it("all boxes lie inside the picture", () => {
		const picture = layOut(fan(20), NONE)
		for (const box of picture.boxes) {
			expect(box.x + BOX.width).toBeLessThanOrEqual(picture.width)
			expect(box.y + BOX.height).toBeLessThanOrEqual(picture.height)
		}
	})

	it("links between the same two lots are one line with the sum", () => {
		const { lines } = layOut(trace([lot("A", 0), lot("B", 1)], [link("A", "B", 2), link("A", "B", 3)]), NONE)
		expect(lines.map((line) => [line.count, line.quantity])).toEqual([[2, 5]])
	})
})

describe("returns", () => {
	it("what came back is told on the line that it left by", () => {
		const hospital: TraceNode = { id: "H", type: "Consignee", generation: 1 }
		const shipped = trace([lot("A", 0), hospital], [link("A", "H", 5), { ...link("H", "A", 2), type: "Returned" }])
		const { boxes, lines } = layOut(shipped, NONE)
		expect(boxes.map((box) => box.layer)).toEqual([0, 1])
		expect(lines.map((line) => [line.from, line.to, line.quantity, line.returned])).toEqual([["A", "H", 5, 2]])
	})
})

describe("clusters", () => {
	const boxesOf = (count: number, ...opened: string[]) => layOut(fan(count), new Set(opened)).boxes
	const counted = (boxes: ReturnType<typeof boxesOf>) => boxes.reduce((sum, box) => sum + (box.cluster?.count ?? 1), 0)

	it(`up to ${MANY} lots of a generation are shown one by one`, () => {
		expect(boxesOf(MANY)).toHaveLength(MANY + 1)
	})

	it("more are gathered, and every lot is counted once", () => {
		const boxes = boxesOf(200)
		expect(boxes).toHaveLength(2)
		expect(counted(boxes)).toBe(201)
	})

	it("clusters divide by item first, then by state", () => {
		const nodes = [lot("R", 0), ...Array.from({ length: 60 }, (_, index) => lot(`L${index}`, 1, { item_name: index % 2 ? "X" : "Y", state: index % 3 ? "Released" : "On Hold" }))]
		const many = trace(nodes, nodes.slice(1).map((one) => link("R", one.id)))
		const clusters = (opened: string[]) => layOut(many, new Set(opened)).boxes.flatMap(({ cluster }) => (cluster ? [[cluster.shared.item, cluster.shared.state, cluster.count]] : []))
		expect(clusters([])).toEqual([["Y", undefined, 30], ["X", undefined, 30]])
		expect(clusters(["1/item=X"])).toEqual(expect.arrayContaining([["X", "Released", 20], ["X", "On Hold", 10]]))
		expect(layOut(many, new Set(), "state").boxes.map((box) => box.cluster?.shared.state)).toEqual(expect.arrayContaining(["Released", "On Hold"]))
	})

	it("a cluster says the marks of its lots, and how many are bad", () => {
		const nodes = [lot("R", 0), ...Array.from({ length: 30 }, (_, index) => lot(`L${index}`, 1, { marks: [{ kind: "NCR", count: 2, bad: index % 2 }] }))]
		const cluster = layOut(trace(nodes), NONE).boxes.find((box) => box.cluster)!.cluster!
		expect(cluster.marks).toEqual([{ kind: "NCR", count: 60, bad: 15 }])
	})

	it("an opened cluster shows its lots, in as many steps as they need", () => {
		expect(boxesOf(20)).toHaveLength(21)
		expect(counted(boxesOf(40, "1/item=Screw"))).toBe(41)
		const many = fan(10_000)
		const opened = openedTo(many, "S-07777", NONE, "item")
		const picture = layOut(many, opened)
		expect(picture.boxOf.get("S-07777")!.node?.id).toBe("S-07777")
		expect(picture.boxes.length).toBeLessThan(100)
	})

	it("10 000 lots are a small picture, quickly", () => {
		const many = fan(10_000)
		const start = performance.now()
		expect(layOut(many, NONE).boxes.length).toBeLessThan(60)
		expect(performance.now() - start).toBeLessThan(1000)
	})
})

describe("keys", () => {
	const nodes = [lot("A", 0), lot("B", 1), lot("C", 1), lot("D", 2)]
	const picture = layOut(trace(nodes, [link("A", "B"), link("A", "C"), link("B", "D")]), NONE)
	const at = (id: string) => picture.byId.get(id)!

	it("go along the lines to the side, and up and down in a layer", () => {
		expect(stepped(picture, at("B"), "ArrowRight").id).toBe("D")
		expect(stepped(picture, at("D"), "ArrowLeft").id).toBe("B")
		const [upper, lower] = at("B").y < at("C").y ? ["B", "C"] : ["C", "B"]
		expect(stepped(picture, at(upper), "ArrowDown").id).toBe(lower)
		expect(stepped(picture, at(lower), "Home").id).toBe(upper)
	})

	it("stay where no line leads on", () => {
		expect(stepped(picture, at("D"), "ArrowRight").id).toBe("D")
		expect(stepped(picture, at("A"), "ArrowUp").id).toBe("A")
	})
})
