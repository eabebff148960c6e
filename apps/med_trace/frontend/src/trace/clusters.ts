/** Gathers a layer with many lots into clusters that can be opened, so that a picture stays small at any number. */
import type { MarkCount, TraceNode } from "../data/trace"

export const MANY = 25
export type GroupBy = "item" | "state" | "supplier"

export interface Cluster {
	type: TraceNode["type"]
	/** What its members share, as {field: word}. */
	shared: { item?: string; state?: string; supplier?: string }
	from: string
	to: string
	count: number
	states: Record<string, number>
	marks: MarkCount[]
}

export interface Gathered {
	id: string
	members: TraceNode[]
	cluster?: Cluster
}

const FIELDS: Record<GroupBy, GroupBy[]> = { item: ["item", "state", "supplier"], state: ["state", "item", "supplier"], supplier: ["supplier", "item", "state"] }

/** The nodes of one layer: each for itself where they are few, else in clusters; `opened` ones are taken apart. */
export function gathered(nodes: TraceNode[], path: string, by: GroupBy, opened: ReadonlySet<string>, shared: Cluster["shared"] = {}): Gathered[] {
	if (nodes.length <= MANY) return nodes.map(single)
	return groups(nodes, by, shared).flatMap(({ key, members, shared }) => {
		const id = `${path}/${key}`
		if (members.length === 1) return [single(members[0])]
		if (opened.has(id)) return gathered(members, id, by, opened, shared)
		return [{ id, members, cluster: described(members, shared) }]
	})
}

function single(node: TraceNode): Gathered {
	return { id: node.id, members: [node] }
}

function described(members: TraceNode[], shared: Cluster["shared"]): Cluster {
	const states: Record<string, number> = {}
	const marks = new Map<string, MarkCount>()
	for (const node of members) {
		if (node.state) states[node.state] = (states[node.state] ?? 0) + 1
		for (const { kind, count, bad } of node.marks ?? []) {
			const sum = marks.get(kind) ?? { kind, count: 0, bad: 0 }
			marks.set(kind, { kind, count: sum.count + count, bad: sum.bad + bad })
		}
	}
	const nameOf = (node: TraceNode) => node.full_name || node.name || node.id
	return { type: members[0].type, shared, from: nameOf(members[0]), to: nameOf(members[members.length - 1]), count: members.length, states, marks: [...marks.values()] }
}

interface Group {
	key: string
	members: TraceNode[]
	shared: Cluster["shared"]
}

function wordOf(node: TraceNode, field: GroupBy): string {
	if (node.type !== "Lot") return ""
	return { item: node.item_name || node.item_code, state: node.state, supplier: node.supplier }[field] || ""
}

function groups(nodes: TraceNode[], by: GroupBy, shared: Cluster["shared"]): Group[] {
	const sorted = [...nodes].sort((one, other) => (one.id < other.id ? -1 : 1))
	for (const field of FIELDS[by]) {
		const found = groupBy(sorted, (node) => wordOf(node, field))
		const isFirst = field === by && shared[by] === undefined // what a whole layer is, before it is divided
		if ((found.size > 1 || isFirst) && found.size <= 4 * MANY) return [...found].map(([word, members]) => ({ key: `${field}=${word}`, members, shared: { ...shared, [field]: word } }))
		if (found.size === 1) shared = { ...shared, [field]: [...found.keys()][0] }
	}
	return inRanges(sorted, shared)
}

/** By number, as evenly as can be. */
function inRanges(sorted: TraceNode[], shared: Cluster["shared"]): Group[] {
	const size = Math.max(MANY, Math.ceil(sorted.length / MANY))
	const ranges: Group[] = []
	for (let at = 0; at < sorted.length; at += size) ranges.push({ key: `from=${sorted[at].id}`, members: sorted.slice(at, at + size), shared })
	return ranges
}

export function groupBy<T>(values: T[], keyOf: (value: T) => string): Map<string, T[]> {
	const found = new Map<string, T[]>()
	for (const value of values) {
		const key = keyOf(value)
		const group = found.get(key)
		if (group) group.push(value)
		else found.set(key, [value])
	}
	return found
}
