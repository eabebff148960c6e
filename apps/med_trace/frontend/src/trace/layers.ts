/** Which layer of the picture each node stands in: its generation, stretched so that every link leads on. */
import type { Trace } from "../data/trace"
import { walkable, type Walkable } from "./index"

const known = new WeakMap<Trace, Map<string, number>>()

/** Layers ahead of the root count up from 0, layers behind it down. */
export function layersOf(trace: Trace): Map<string, number> {
	const found = known.get(trace) ?? bothWays(trace)
	known.set(trace, found)
	return found
}

function bothWays(trace: Trace): Map<string, number> {
	const walk = walkable(trace)
	const ahead = trace.nodes.filter((node) => node.generation >= 0).map((node) => node.id)
	const behind = trace.nodes.filter((node) => node.generation < 0).map((node) => node.id)
	const layers = side(walk, ahead, 1)
	for (const [id, layer] of side(walk, [...behind, trace.root], -1)) if (id !== trace.root) layers.set(id, layer)
	return layers
}

/** The longest way from the root to each of these nodes; ends (consignees, suppliers) stand in the last layer. */
function side(walk: Walkable, ids: string[], sign: 1 | -1): Map<string, number> {
	const here = new Set(ids)
	const onward = (id: string) => (sign === 1 ? (walk.after.get(id) ?? []).map((link) => link.to) : (walk.before.get(id) ?? []).map((link) => link.from)).filter((far) => here.has(far))
	const open = new Map<string, number>()
	for (const id of ids) for (const far of onward(id)) open.set(far, (open.get(far) ?? 0) + 1)
	const depth = new Map<string, number>()
	const ready = ids.filter((id) => !open.get(id))
	ready.forEach((id) => depth.set(id, 0))
	for (let at = 0; at < ready.length; at++) {
		for (const far of onward(ready[at])) {
			depth.set(far, Math.max(depth.get(far) ?? 0, depth.get(ready[at])! + 1))
			open.set(far, open.get(far)! - 1)
			if (!open.get(far)) ready.push(far)
		}
	}
	const settled = new Set(ready)
	for (const id of ids) if (!settled.has(id)) depth.set(id, Math.abs(walk.node.get(id)!.generation)) // part of a cycle
	let last = 1
	for (const layer of depth.values()) if (layer > last) last = layer
	for (const id of ids) if (walk.node.get(id)!.type !== "Lot") depth.set(id, last)
	return new Map([...depth].map(([id, layer]) => [id, sign * layer]))
}
