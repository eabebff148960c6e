/** Who follows whom in a trace, ready to be walked many times. Knows nothing of Vue. */
import type { Trace, TraceLink, TraceNode } from "../data/trace"

export interface Walkable {
	trace: Trace
	node: Map<string, TraceNode>
	after: Map<string, TraceLink[]>
	before: Map<string, TraceLink[]>
}

/** From a consignee back to its lot: it is told on the line that it left by, and leads nowhere. */
export function isReturn(link: TraceLink, node: ReadonlyMap<string, TraceNode>): boolean {
	return node.get(link.from)?.type === "Consignee"
}

const known = new WeakMap<Trace, Walkable>()

export function walkable(trace: Trace): Walkable {
	const found = known.get(trace) ?? indexed(trace)
	known.set(trace, found)
	return found
}

function indexed(trace: Trace): Walkable {
	const node = new Map(trace.nodes.map((one) => [one.id, one]))
	const [after, before] = [new Map<string, TraceLink[]>(), new Map<string, TraceLink[]>()]
	for (const link of trace.links) {
		if (isReturn(link, node) || link.from === link.to || !node.has(link.from) || !node.has(link.to)) continue
		append(after, link.from, link)
		append(before, link.to, link)
	}
	return { trace, node, after, before }
}

function append(found: Map<string, TraceLink[]>, key: string, link: TraceLink): void {
	const links = found.get(key)
	if (links) links.push(link)
	else found.set(key, [link])
}

/** These nodes with everything that led to them and everything that they led to. */
export function pathsThrough({ after, before }: Walkable, ids: Iterable<string>): Set<string> {
	const start = [...ids]
	const found = new Set(start)
	reach(start, found, (id) => (before.get(id) ?? []).map((link) => link.from))
	reach(start, found, (id) => (after.get(id) ?? []).map((link) => link.to))
	return found
}

function reach(start: string[], found: Set<string>, next: (id: string) => string[]): void {
	const seen = new Set(start)
	const waiting = [...start]
	for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
		for (const far of next(id)) {
			if (seen.has(far)) continue
			seen.add(far)
			found.add(far)
			waiting.push(far)
		}
	}
}

/** The part of a trace with these nodes only; the root stays. */
export function partOf(trace: Trace, ids: ReadonlySet<string>): Trace {
	const stays = (id: string) => ids.has(id) || id === trace.root
	return { ...trace, nodes: trace.nodes.filter((node) => stays(node.id)), links: trace.links.filter((link) => stays(link.from) && stays(link.to)) }
}

/** Nodes that say the words somewhere: number, item, heat, supplier's lot, name. */
export function search(trace: Trace, words: string): TraceNode[] {
	const wanted = words.trim().toLowerCase()
	if (!wanted) return []
	const says = (node: TraceNode) => [node.id, node.item_code, node.item_name, node.heat_no, node.supplier_lot, node.full_name]
	const exact = trace.nodes.filter((node) => node.id.toLowerCase() === wanted)
	return exact.length ? exact : trace.nodes.filter((node) => says(node).some((text) => text?.toLowerCase().includes(wanted)))
}
