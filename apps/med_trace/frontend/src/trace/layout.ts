/** Places a trace layer by layer, material flowing from left to right. Knows nothing of Vue. */
import type { Trace, TraceNode } from "../data/trace"
import { gathered, groupBy, type Cluster, type GroupBy } from "./clusters"
import { isReturn, walkable } from "./index"
import { layersOf } from "./layers"

export const BOX = { width: 232, height: 112, across: 104, down: 20 }

export interface Box {
	id: string
	layer: number
	x: number
	y: number
	/** One node, or what a cluster gathers. */
	node?: TraceNode
	cluster?: Cluster
	/** The nodes that stand here. */
	ids: string[]
}

export interface Line {
	id: string
	from: string
	to: string
	path: string
	x: number
	y: number
	top: number
	bottom: number
	count: number
	type: string
	quantity: number
	uom: string
	/** What came back the other way. */
	returned: number
}

export interface Picture {
	boxes: Box[]
	lines: Line[]
	width: number
	height: number
	layers: number
	boxOf: Map<string, Box>
	byId: Map<string, Box>
}

export function layOut(trace: Trace, opened: ReadonlySet<string>, by: GroupBy = "item"): Picture {
	const layers = layersOf(trace)
	const boxes: Box[] = []
	const boxOf = new Map<string, Box>()
	for (const [layer, nodes] of groupBy(trace.nodes, (node) => String(layers.get(node.id) ?? 0))) {
		for (const { id, members, cluster } of gathered(nodes, layer, by, opened)) {
			const box: Box = { id, layer: Number(layer), x: 0, y: 0, cluster, node: cluster ? undefined : members[0], ids: members.map((node) => node.id) }
			boxes.push(box)
			members.forEach((node) => boxOf.set(node.id, box))
		}
	}
	const byId = new Map(boxes.map((box) => [box.id, box]))
	const lines = joined(trace, boxOf)
	const first = boxes.reduce((least, box) => Math.min(least, box.layer), 0)
	const many = 1 + boxes.reduce((most, box) => Math.max(most, box.layer), 0) - first
	const height = place(boxes, lines, many, first)
	lines.forEach((line) => draw(line, byId))
	return { boxes, lines, boxOf, byId, layers: many, height, width: many * (BOX.width + BOX.across) - BOX.across }
}

// -- lines ------------------------------------------------------------------------

/** One line between two boxes, with what all links between them took together and what came back. */
function joined(trace: Trace, boxOf: ReadonlyMap<string, Box>): Line[] {
	const { node } = walkable(trace)
	const found = new Map<string, Line>()
	for (const link of trace.links) {
		const back = isReturn(link, node)
		const from = boxOf.get(back ? link.to : link.from)
		const to = boxOf.get(back ? link.from : link.to)
		if (!from || !to || from === to) continue
		const id = `${from.id}→${to.id}`
		const line = found.get(id) ?? { id, from: from.id, to: to.id, path: "", x: 0, y: 0, top: 0, bottom: 0, count: 0, type: link.type, quantity: 0, uom: link.uom, returned: 0 }
		found.set(id, line)
		line.count += link.count ?? 1
		if (back) line.returned += link.quantity
		else line.quantity += link.quantity
		if (line.uom !== link.uom) line.uom = ""
	}
	return [...found.values()]
}

function draw(line: Line, boxes: ReadonlyMap<string, Box>): void {
	const from = boxes.get(line.from)!
	const to = boxes.get(line.to)!
	const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2]
	const bend = Math.max(40, (x2 - x1) / 2)
	line.path = `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2 - 6},${y2}`
	line.x = (x1 + x2) / 2
	line.y = (y1 + y2) / 2
	line.top = Math.min(y1, y2)
	line.bottom = Math.max(y1, y2)
}

// -- places -----------------------------------------------------------------------

/** Orders each layer by where its neighbours stand, then gives coordinates; returns the height. */
function place(boxes: Box[], lines: Line[], layers: number, first: number): number {
	const rows: Box[][] = Array.from({ length: layers }, () => [])
	boxes.forEach((box) => rows[box.layer - first].push(box))
	const near = neighbours(boxes, lines)
	const rank = new Map<string, number>()
	const number = (row: Box[]) => row.forEach((box, index) => rank.set(box.id, (index + 0.5) / row.length))
	rows.forEach(number)
	for (let sweep = 0; sweep < 4; sweep++) {
		const order = sweep % 2 ? [...rows].reverse() : rows
		for (const row of order) {
			const weight = new Map(row.map((box) => [box.id, middle(near.get(box.id) ?? [], rank) ?? rank.get(box.id)!]))
			row.sort((one, other) => weight.get(one.id)! - weight.get(other.id)! || (one.id < other.id ? -1 : 1))
			number(row)
		}
	}
	const tallest = rows.reduce((most, row) => Math.max(most, row.length), 1)
	const height = tallest * (BOX.height + BOX.down) - BOX.down
	rows.forEach((row, column) => {
		const top = (height - (row.length * (BOX.height + BOX.down) - BOX.down)) / 2
		row.forEach((box, index) => {
			box.x = column * (BOX.width + BOX.across)
			box.y = top + index * (BOX.height + BOX.down)
		})
	})
	return height
}

function neighbours(boxes: Box[], lines: Line[]): Map<string, string[]> {
	const near = new Map<string, string[]>(boxes.map((box) => [box.id, []]))
	for (const line of lines) {
		near.get(line.from)!.push(line.to)
		near.get(line.to)!.push(line.from)
	}
	return near
}

function middle(ids: string[], rank: ReadonlyMap<string, number>): number | null {
	if (!ids.length) return null
	return ids.reduce((sum, id) => sum + rank.get(id)!, 0) / ids.length
}

// -- moving about -----------------------------------------------------------------

export type Step = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End"

/** The box that a key leads to: along a line to the side, or up and down in its layer. */
export function stepped(picture: Picture, from: Box, key: Step): Box {
	if (key === "ArrowLeft" || key === "ArrowRight") return beside(picture, from, key === "ArrowRight")
	const layer = picture.boxes.filter((box) => box.layer === from.layer).sort((one, other) => one.y - other.y)
	const at = layer.indexOf(from)
	const to = { Home: 0, End: layer.length - 1, ArrowUp: at - 1, ArrowDown: at + 1 }[key]
	return layer[Math.min(layer.length - 1, Math.max(0, to))]
}

function beside(picture: Picture, from: Box, onward: boolean): Box {
	const ids = picture.lines.filter((line) => (onward ? line.from : line.to) === from.id).map((line) => (onward ? line.to : line.from))
	const boxes = ids.map((id) => picture.byId.get(id)!)
	const far = (box: Box) => Math.abs(box.layer - from.layer) * 10_000 + Math.abs(box.y - from.y)
	return boxes.reduce<Box | undefined>((best, box) => (!best || far(box) < far(best) ? box : best), undefined) ?? from
}

/** The clusters that must be opened until this node stands for itself. */
export function openedTo(trace: Trace, id: string, opened: ReadonlySet<string>, by: GroupBy): Set<string> {
	const found = new Set(opened)
	for (let tries = 0; tries < 8; tries++) {
		const box = layOut(trace, found, by).boxOf.get(id)
		if (!box?.cluster) break
		found.add(box.id)
	}
	return found
}
