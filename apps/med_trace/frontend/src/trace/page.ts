/** Where the record of a node is shown. */
import type { TraceNode } from "../data/trace"
import { pageOf } from "../router"

/** The page of what a node stands for; none of what this person may not read. */
export function pageOfNode(node: TraceNode) {
	const doctypes = { Lot: "Material Lot", Supplier: "Supplier", Consignee: "Customer", "Not open to you": "" }
	const name = node.type === "Lot" ? node.id : node.name
	return doctypes[node.type] ? pageOf(doctypes[node.type], name ?? "") : undefined
}
