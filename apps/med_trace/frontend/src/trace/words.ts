/** What the picture says, in words: on boxes and lines, for eyes and for readers of the screen. */
import type { MarkCount, TraceNode } from "../data/trace"
import { t } from "../i18n"
import { number, quantity } from "../i18n/useFormat"
import { lookOf } from "../states"
import type { Cluster } from "./clusters"
import type { Box, Line } from "./layout"

/** The letter of each kind of mark; its word stands in the legend and in what is read aloud. */
export const MARKS: Record<string, { sign: string; title: string }> = {
	Inspection: { sign: "I", title: "Inspections" },
	NCR: { sign: "N", title: "NCRs" },
	Hold: { sign: "H", title: "Holds" },
	Deviation: { sign: "D", title: "Deviations" },
	Release: { sign: "R", title: "Releases" },
	Certificate: { sign: "C", title: "Certificates" },
}

export function nameOf(node: TraceNode): string {
	return node.type === "Lot" ? node.id : node.full_name || node.name || t(node.type)
}

export function many({ type, count }: Pick<Cluster, "type" | "count">): string {
	if (type === "Consignee") return count === 1 ? t("1 consignee") : t("{0} consignees", number(count))
	if (type === "Not open to you") return t("{0} not open to you", number(count))
	if (type === "Supplier") return count === 1 ? t("1 supplier") : t("{0} suppliers", number(count))
	return count === 1 ? t("1 lot") : t("{0} lots", number(count))
}

export function sharedBy({ shared, type }: Cluster): string {
	if (type !== "Lot") return ""
	return [shared.item, shared.state && t(shared.state), shared.supplier].filter(Boolean).join(" · ")
}

/** What the last division of a group was, from its id: `1/item=Check valve/state=Released`. */
export function groupWords(id: string): string {
	const last = id.split(/\/(?=(?:item|state|supplier|from)=)/).at(-1)!
	const [field, word] = [last.slice(0, last.indexOf("=")), last.slice(last.indexOf("=") + 1)]
	if (field === "from") return t("from {0}", word)
	return (field === "state" ? t(word) : word) || t("Group")
}

/** `✓ 7,212 Released, ‖ 320 On Hold`: the largest first. */
export function statesOf({ states }: Cluster): string {
	const sorted = Object.entries(states).sort(([, one], [, other]) => other - one)
	return sorted.map(([state, count]) => `${lookOf(state).sign} ${number(count)} ${t(state)}`).join(", ")
}

export function markWords({ kind, count, bad }: MarkCount): string {
	const said = `${t(MARKS[kind]?.title ?? kind)}: ${number(count)}`
	return bad ? `${said}, ${t("{0} bad", number(bad))}` : said
}

export function lineWords(line: Pick<Line, "uom" | "count" | "quantity" | "returned">): string {
	if (!line.uom && (line.count > 1 || !line.quantity)) return ""
	return [quantity(line.quantity, line.uom), line.returned ? t("{0} back", number(line.returned)) : ""].filter(Boolean).join(", ")
}

/** Everything a box says, as one sentence. */
export function boxWords(box: Box): string {
	const marks = (box.node?.marks ?? box.cluster?.marks ?? []).map(markWords)
	if (box.cluster) return [many(box.cluster), sharedBy(box.cluster), statesOf(box.cluster), ...marks].filter(Boolean).join("; ")
	const node = box.node!
	if (node.type !== "Lot") return [...new Set([nameOf(node), t(node.type)])].join("; ")
	return [node.id, node.item_name || node.item_code, node.state && t(node.state), quantity(node.quantity, node.uom), ...marks].filter(Boolean).join("; ")
}
