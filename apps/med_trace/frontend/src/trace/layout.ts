/** Places a trace layer by layer, material flowing from left to right. Knows nothing of Vue.
 *
 * A layer with many lots is gathered into clusters (by item, then state, then ranges of numbers), each of which
 * can be opened; so a picture stays small at any number of lots.
 */
import type { Direction, Trace, TraceLink, TraceNode } from "../data/trace"

export const MANY = 25
export const BOX = { width: 216, height: 84, across: 120, down: 18 }

export interface Box {
	id: string
	layer: number
	x: number
	y: number
	/** One node, or what a cluster gathers. */
	node?: TraceNode
	cluster?: Cluster
}

export interface Cluster {
	type: TraceNode["type"]
	title: string
	from: string
	to: string
	count: number
	states: Record<string, number>
}

export interface Line {
	id: string
	from: string
	to: string
	path: string
	x: number
	y: number
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
}

export function layOut(trace: Trace, direction: Direction, opened: ReadonlySet<string>): Picture {
	const depth = depths(trace, direction)
	const boxes: Box[] = []
	const boxOf = new Map<string, Box>()
	for (const [layer, nodes] of inLayers(trace.nodes, depth)) {
		for (const { box, ids } of gathered(nodes, `${layer}`, layer, opened)) {
			boxes.push(box)
			ids.forEach((id) => boxOf.set(id, box))
		}
	}
	const ends = new Set(trace.nodes.filter((node) => node.type === "Consignee").map((node) => node.id))
	const lines = joined(trace.links, boxOf, ends)
	const layers = 1 + Math.max(0, ...boxes.map((box) => box.layer))
	const height = place(boxes, lines, layers, direction)
	lines.forEach((line) => draw(line, byId(boxes)))
	return { boxes, lines, layers, height, width: layers * (BOX.width + BOX.across) - BOX.across }
}

const indexes = new WeakMap<Box[], Map<string, Box>>()
function byId(boxes: Box[]): Map<string, Box> {
	if (!indexes.has(boxes)) indexes.set(boxes, new Map(boxes.map((box) => [box.id, box])))
	return indexes.get(boxes)!
}

// -- layers -----------------------------------------------------------------------

/** The longest way from the root to each node, so that every link leads on; ends stand in the last layer. */
export function depths(trace: Trace, direction: Direction): Map<string, number> {
	const known = new Set(trace.nodes.map((node) => node.id))
	const links = trace.links.filter((link) => known.has(link.from) && known.has(link.to) && link.from !== link.to)
	const ends = new Set(trace.nodes.filter((node) => node.type !== "Lot").map((node) => node.id))
	const onward = links.filter((link) => !isReturn(link, ends))
	const outward = onward.map((link) => (direction === "forward" ? [link.from, link.to] : [link.to, link.from]))
	const next = new Map<string, string[]>()
	const open = new Map<string, number>()
	for (const [near, far] of outward) {
		if (!next.has(near)) next.set(near, [])
		next.get(near)!.push(far)
		open.set(far, (open.get(far) ?? 0) + 1)
	}
	const depth = new Map<string, number>()
	const ready = trace.nodes.filter((node) => !open.get(node.id)).map((node) => node.id)
	ready.forEach((id) => depth.set(id, 0))
	for (let at = 0; at < ready.length; at++) {
		for (const far of next.get(ready[at]) ?? []) {
			depth.set(far, Math.max(depth.get(far) ?? 0, depth.get(ready[at])! + 1))
			open.set(far, open.get(far)! - 1)
			if (!open.get(far)) ready.push(far)
		}
	}
	const settled = new Set(ready)
	for (const node of trace.nodes) if (!settled.has(node.id)) depth.set(node.id, node.generation) // part of a cycle
	const last = Math.max(0, ...depth.values())
	for (const node of trace.nodes) if (node.type !== "Lot") depth.set(node.id, Math.max(last, 1))
	return depth
}

function inLayers(nodes: TraceNode[], depth: Map<string, number>): Map<number, TraceNode[]> {
	const layers = new Map<number, TraceNode[]>()
	for (const node of nodes) {
		const layer = depth.get(node.id) ?? 0
		if (!layers.has(layer)) layers.set(layer, [])
		layers.get(layer)!.push(node)
	}
	return layers
}

// -- clusters ---------------------------------------------------------------------

interface Gathered {
	box: Box
	ids: string[]
}

function gathered(nodes: TraceNode[], path: string, layer: number, opened: ReadonlySet<string>): Gathered[] {
	if (nodes.length <= MANY) return nodes.map((node) => single(node, layer))
	return groups(nodes).flatMap(({ key, title, members }) => {
		const id = `${path}/${key}`
		if (members.length === 1) return [single(members[0], layer)]
		if (opened.has(id)) return gathered(members, id, layer, opened)
		return [{ box: { id, layer, x: 0, y: 0, cluster: cluster(title, members) }, ids: members.map((node) => node.id) }]
	})
}

function single(node: TraceNode, layer: number): Gathered {
	return { box: { id: node.id, layer, x: 0, y: 0, node }, ids: [node.id] }
}

function cluster(title: string, members: TraceNode[]): Cluster {
	const states: Record<string, number> = {}
	for (const node of members) states[node.state ?? ""] = (states[node.state ?? ""] ?? 0) + 1
	return { type: members[0].type, title, from: members[0].name ?? members[0].id, to: members[members.length - 1].name ?? members[members.length - 1].id, count: members.length, states }
}

function groups(nodes: TraceNode[]): { key: string; title: string; members: TraceNode[] }[] {
	const sorted = [...nodes].sort((one, other) => (one.id < other.id ? -1 : 1))
	for (const field of ["item_code", "state"] as const) {
		const found = groupBy(sorted, (node) => node[field] ?? node.type)
		if (found.size > 1 && found.size <= 4 * MANY) {
			return [...found].map(([key, members]) => ({ key: `${field}=${key}`, title: members[0].item_name || members[0].item_code || key, members }))
		}
	}
	const size = Math.max(MANY, Math.ceil(sorted.length / MANY))
	const ranges = []
	for (let at = 0; at < sorted.length; at += size) {
		const members = sorted.slice(at, at + size)
		ranges.push({ key: `from=${members[0].id}`, title: members[0].item_name || members[0].item_code || members[0].type, members })
	}
	return ranges
}

function groupBy<T>(values: T[], keyOf: (value: T) => string): Map<string, T[]> {
	const found = new Map<string, T[]>()
	for (const value of values) {
		const key = keyOf(value)
		if (!found.has(key)) found.set(key, [])
		found.get(key)!.push(value)
	}
	return found
}

// -- lines ------------------------------------------------------------------------

/** From a consignee back to its lot. */
function isReturn(link: TraceLink, consignees: ReadonlySet<string>): boolean {
	return link.type !== "Received" && consignees.has(link.from)
}

/** One line between two boxes, with what all links between them took together and what came back. */
function joined(links: TraceLink[], boxOf: Map<string, Box>, consignees: ReadonlySet<string>): Line[] {
	const found = new Map<string, Line>()
	for (const link of links) {
		const back = isReturn(link, consignees)
		const from = boxOf.get(back ? link.to : link.from)
		const to = boxOf.get(back ? link.from : link.to)
		if (!from || !to || from === to) continue
		const id = `${from.id}→${to.id}`
		const line = found.get(id) ?? { id, from: from.id, to: to.id, path: "", x: 0, y: 0, count: 0, type: link.type, quantity: 0, uom: link.uom, returned: 0 }
		found.set(id, line)
		line.count += 1
		if (back) line.returned += link.quantity
		else line.quantity += link.quantity
		if (line.uom !== link.uom) line.uom = ""
	}
	return [...found.values()]
}

function draw(line: Line, boxes: Map<string, Box>): void {
	const from = boxes.get(line.from)!
	const to = boxes.get(line.to)!
	const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2]
	const bend = Math.max(40, (x2 - x1) / 2)
	line.path = `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2 - 6},${y2}`
	line.x = (x1 + x2) / 2
	line.y = (y1 + y2) / 2
}

// -- places -----------------------------------------------------------------------

/** Orders each layer by where its neighbours stand, then gives coordinates; returns the height. */
function place(boxes: Box[], lines: Line[], layers: number, direction: Direction): number {
	const rows: Box[][] = Array.from({ length: layers }, () => [])
	boxes.forEach((box) => rows[box.layer].push(box))
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
	const tallest = Math.max(1, ...rows.map((row) => row.length))
	const height = tallest * (BOX.height + BOX.down) - BOX.down
	for (const row of rows) {
		const top = (height - (row.length * (BOX.height + BOX.down) - BOX.down)) / 2
		row.forEach((box, index) => {
			const column = direction === "forward" ? box.layer : layers - 1 - box.layer
			box.x = column * (BOX.width + BOX.across)
			box.y = top + index * (BOX.height + BOX.down)
		})
	}
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

function middle(ids: string[], rank: Map<string, number>): number | null {
	if (!ids.length) return null
	return ids.reduce((sum, id) => sum + rank.get(id)!, 0) / ids.length
}
