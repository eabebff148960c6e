/** Orders the nodes of a trace by one of their columns. Knows nothing of Vue. */
import type { TraceNode } from "../data/trace"

export interface Order {
	key: string
	descending: boolean
}

/** What a column compares by: how bad it is for the marks, the word or number for the rest. */
function valueOf(node: TraceNode, key: string): string | number | undefined {
	if (key === "marks") return node.marks?.reduce((sum, mark) => sum + mark.count + 1000 * mark.bad, 0)
	if (key === "id") return node.type === "Lot" ? node.id : node.full_name || node.name
	if (key === "item_name") return node.item_name || node.item_code
	return node[key as keyof TraceNode] as string | number | undefined
}

/** Sorted, what is empty always last, the same by number. */
export function sorted(nodes: TraceNode[], { key, descending }: Order): TraceNode[] {
	const sign = descending ? -1 : 1
	const keyed = nodes.map((node) => ({ node, value: valueOf(node, key) }))
	keyed.sort((one, other) => compared(one.value, other.value, sign) || (one.node.id < other.node.id ? -1 : 1))
	return keyed.map(({ node }) => node)
}

function compared(one: string | number | undefined, other: string | number | undefined, sign: number): number {
	const [isEmpty, otherEmpty] = [one, other].map((value) => value === undefined || value === null || value === "")
	if (isEmpty || otherEmpty) return Number(isEmpty) - Number(otherEmpty)
	if (one === other) return 0
	return (one! < other! ? -1 : 1) * sign
}
