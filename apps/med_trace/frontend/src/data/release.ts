/** Releases: what waits, the review of one lot, and what was released lately. */
import { list, type Row } from "./records"
import { get, post } from "./server"
import type { Signature } from "./sign"
import type { Blocker } from "../release/mend"

export interface WaitingLot {
	lot: string
	item_code: string
	item_name: string
	quantity: number
	uom: string
	waiting_since: string
	release: string | null
	signatures_given: number
	signatures_needed: number
	/** How many. */
	blockers: number
	signed_by_me: boolean
}

export interface WaitingLots {
	/** How many wait; an answer has the first of them from `start`. */
	count: number
	lots: WaitingLot[]
}

export const waiting = (start = 0) => get<WaitingLots>("med_trace.api.release.waiting", { start })

export interface Deviation {
	what: string
	kind: string
	message: string
	reason: string
	doctype: string
	name: string
	at: string | null
	user: string | null
	severity: string
}

export interface CheckedGroup {
	group: string
	label: string
	count: number
	items: { doctype: string; name: string; title: string; detail: string }[]
}

export interface Review {
	lot: string
	item_code: string
	item_name: string
	state: string
	quantity: number
	uom: string
	release: string | null
	release_state: string | null
	blockers: Blocker[]
	deviations: Deviation[]
	checked: CheckedGroup[]
	signatures: Signature[]
	needed: number
	given: number
	may_sign: boolean
	why_not: string
}

export const review = (lot: string) => get<Review>("med_trace.api.release.review", { lot })

/** The draft of the release: the open one, or a new one. */
export const prepare = (lot: string) => post<string>("med_trace.api.release.prepare", { lot })

export function releasedLately(): Promise<Row[]> {
	const fields = ["name", "lot", "item_name", "quantity", "uom", "workflow_state", "released_at", "revoked_at"]
	return list("Lot Release", { fields, filters: [["docstatus", ">", 0]], order_by: "released_at desc", limit: 20 })
}

/** What came after the signatures: when it was released or revoked, and why. */
export async function outcome(release: string): Promise<Row | undefined> {
	const fields = ["name", "workflow_state", "docstatus", "released_at", "revoked_at", "revocation_reason", "consignees", "remarks"]
	return (await list("Lot Release", { fields, filters: [["name", "=", release]], limit: 1 }))[0]
}
