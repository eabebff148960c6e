import { describe, expect, it } from "vitest"
import { unpacked, type Trace } from "../data/trace"
import { partOf, pathsThrough, search, walkable } from "./index"
import { percent, ticks, zoomed } from "./scale"
import { sorted } from "./sort"
import { asSvg } from "./svg"
import { layOut } from "./layout"

function trace(links: [from: string, to: string][], more: Record<string, object> = {}): Trace {
	const ids = [...new Set(links.flat())]
	return {
		root: ids[0],
		nodes: ids.map((id, index) => ({ id, type: "Lot" as const, generation: index, ...more[id] })),
		links: links.map(([from, to]) => ({ from, to, event: "", type: "Transformed", time: "", quantity: 1, uom: "Nos" })),
		complete: true,
		beyond: 0,
	}
}

describe("ways", () => {
	const through = (made: Trace, ...ids: string[]) => [...pathsThrough(walkable(made), ids)].sort()

	it("lead from the root through the focus and on, and nowhere else", () => {
		const made = trace([["A", "B"], ["A", "C"], ["B", "D"], ["C", "E"]])
		expect(through(made, "B")).toEqual(["A", "B", "D"])
		expect(through(made, "B", "E")).toEqual(["A", "B", "C", "D", "E"])
	})

	it("are walked once round a cycle", () => {
		expect(through(trace([["A", "B"], ["B", "A"]]), "A")).toEqual(["A", "B"])
	})

	it("do not come back from a consignee", () => {
		const made = trace([["A", "H"], ["B", "H"], ["H", "A"], ["H", "B"]], { H: { type: "Consignee" } })
		expect(through(made, "A")).toEqual(["A", "H"])
	})

	it("a part keeps the root, and only links between what stays", () => {
		const part = partOf(trace([["A", "B"], ["A", "C"], ["B", "D"]]), new Set(["B"]))
		expect([part.nodes.map((node) => node.id), part.links.length]).toEqual([["A", "B"], 1])
	})
})

describe("search", () => {
	const made = trace([["LOT-1", "LOT-10"]], { "LOT-10": { heat_no: "H817", item_name: "Screw" } })

	it("finds the one with that very number before those that contain it", () => {
		expect(search(made, "lot-1").map((node) => node.id)).toEqual(["LOT-1"])
	})

	it("finds by heat and by item", () => {
		expect(search(made, "h81").map((node) => node.id)).toEqual(["LOT-10"])
		expect(search(made, "screw")).toHaveLength(1)
		expect(search(made, " ")).toEqual([])
	})
})

describe("columns", () => {
	it("become nodes, links and marks again", () => {
		const column = <T,>(values: T[], ...rows: number[]) => ({ values, rows })
		const made = unpacked({
			root: "A",
			complete: true,
			ids: ["A", "B"],
			nodes: { type: column(["Lot"], 1, 1), generation: column([0, 1], 1, 2), heat_no: column(["H1"], 1, 0), address: column([]) },
			links: { from: [0], to: [1], count: [3], quantity: [6], type: column(["Split"], 1), uom: column(["Nos"], 1), time: column([] as string[]) },
			marks: [[1, "NCR", 2, 1]],
		})
		expect(made.nodes).toEqual([
			{ id: "A", type: "Lot", generation: 0, heat_no: "H1" },
			{ id: "B", type: "Lot", generation: 1, marks: [{ kind: "NCR", count: 2, bad: 1 }] },
		])
		expect(made.links).toEqual([{ from: "A", to: "B", event: "", type: "Split", time: "", quantity: 6, uom: "Nos", count: 3 }])
	})
})

describe("order", () => {
	const { nodes } = trace([["A", "B"], ["B", "C"]], { A: { quantity: 5 }, C: { quantity: 20, marks: [{ kind: "NCR", count: 1, bad: 1 }] } })
	const ids = (key: string, descending = false) => sorted(nodes, { key, descending }).map((node) => node.id)

	it("is by number, not by text, and what is empty comes last both ways", () => {
		expect(ids("quantity")).toEqual(["A", "C", "B"])
		expect(ids("quantity", true)).toEqual(["C", "A", "B"])
	})

	it("of marks is by how bad they are", () => {
		expect(ids("marks", true)[0]).toBe("C")
	})
})

describe("time", () => {
	const span = { since: "2026-01-01 00:00:00", until: "2026-01-03 00:00:00" }

	it("stands between the ends", () => {
		expect([percent("2026-01-02 00:00:00", span), percent("2025-01-01", span), percent("2027-01-01", span)]).toEqual([50, 0, 100])
		expect(percent("2026-01-01", { since: "2026-01-01", until: "2026-01-01" })).toBe(50)
	})

	it("has a few round ticks, however long it is", () => {
		expect(ticks(span).slice(0, 3)).toEqual(["2026-01-01 00:00:00", "2026-01-01 06:00:00", "2026-01-01 12:00:00"])
		expect(ticks(span).at(-1)).toBe("2026-01-03 00:00:00")
		expect(ticks({ since: "2000-01-01", until: "2026-01-01" }).length).toBeLessThan(10)
	})

	it("is looked at from nearer around its middle", () => {
		expect(zoomed(span, 0.5)).toEqual({ since: "2026-01-01 12:00:00", until: "2026-01-02 12:00:00" })
	})
})

describe("the file", () => {
	it("is a picture of its own with every word escaped", () => {
		const made = trace([["A<script>", "B"]], { B: { item_name: '"&' } })
		const svg = asSvg(made, layOut(made, new Set()), "Trace of A<script>")
		expect(svg).toContain("A&lt;script&gt;")
		expect(svg).toContain("&quot;&amp;")
		expect(svg).not.toContain("<script>")
		expect(svg).not.toMatch(/(href|src)=/)
	})
})
