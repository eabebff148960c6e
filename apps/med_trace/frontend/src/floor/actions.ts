/** What a scanned lot or unit can be taken through from here: a table of the gate's actions. Knows nothing of Vue. */
import type { RouteLocationRaw } from "vue-router"

export type FieldName = "quantity" | "serials" | "reason" | "new_number" | "location" | "description"

export interface Thing {
	lot: string
	unit: string | null
}

export type Typed = Partial<Record<FieldName, string>>

export interface Doing {
	/** The word on the button. */
	title: string
	fields: FieldName[]
	/** Fields that may stay empty. */
	optional?: FieldName[]
	method: string
	args: (thing: Thing, typed: Typed) => Record<string, unknown>
	/** Who may, beyond what the gate says of everybody (api/lots.py, api/ledger.py). */
	roles?: string[]
	/** Stops or destroys something: shown in red. */
	isGrave?: boolean
}

const event = (type: string, action: string, more: Record<string, unknown> = {}) => (thing: Thing, typed: Typed) => ({
	event: { type, rows: [{ action, lot: thing.lot, serial_unit: thing.unit ?? undefined, quantity: thing.unit ? 1 : 0 }], reason: typed.reason || undefined, ...(typed.location ? { location: typed.location } : {}), ...more },
})
const taken = (thing: Thing, typed: Typed) => ({ lot: thing.lot, quantity: thing.unit ? "1" : typed.quantity, reason: typed.reason, unit: thing.unit })

const FLOOR = ["Trace Operator", "Trace Warehouse", "Trace Supervisor"]
const QUALITY = "Trace Quality"
const serialsOf = (typed: Typed) => (typed.serials ?? "").split(/[\s,;]+/).filter(Boolean)
const share = (thing: Thing, typed: Typed) => (thing.unit ? [thing.unit] : serialsOf(typed).length ? serialsOf(typed) : typed.quantity)

/** Done here, with a few fields. */
export const DOINGS: Record<string, Doing> = {
	Hold: { title: "Hold", fields: ["description"], method: "med_trace.api.work.report_fault", args: ({ lot, unit }, { description }) => ({ lot, unit, description }), isGrave: true },
	Move: { title: "Move", fields: ["location", "reason"], optional: ["reason"], method: "med_trace.api.ledger.record", args: event("Moved", "Move"), roles: FLOOR },
	Sample: { title: "Sample", fields: ["quantity", "reason"], method: "med_trace.api.lots.sample", args: taken, roles: [...FLOOR, QUALITY, "Trace Inspector"] },
	Scrap: { title: "Scrap", fields: ["quantity", "reason"], method: "med_trace.api.lots.scrap", args: taken, isGrave: true, roles: [...FLOOR, QUALITY, "Trace Inspector"] },
	"Split From": {
		title: "Split", fields: ["quantity", "serials", "new_number", "reason"], optional: ["serials", "new_number", "reason"], method: "med_trace.api.lots.split", roles: [...FLOOR, QUALITY],
		args: (thing, typed) => ({ lot: thing.lot, parts: typed.new_number ? { [typed.new_number]: share(thing, typed) } : [share(thing, typed)], reason: typed.reason }),
	},
	"Relabel From": { title: "Relabel", fields: ["new_number", "reason"], method: "med_trace.api.lots.relabel", args: ({ lot }, { new_number, reason }) => ({ lot, new_number, reason }), roles: [...FLOOR, QUALITY] },
	"Return To Supplier": { title: "Return to supplier", fields: ["quantity", "reason"], method: "med_trace.api.lots.send_back", args: taken, roles: [...FLOOR, QUALITY, "Trace Inspector"] },
	"Accept Return": {
		title: "Accept the return", fields: ["quantity", "reason"], method: "med_trace.api.distribution.accept_return",
		args: ({ lot, unit }, { quantity, reason }) => ({ lot, reason, ...(unit ? { units: [unit] } : { quantity }) }),
	},
	Close: { title: "Close the lot", fields: ["reason"], method: "med_trace.api.ledger.record", args: event("Closed", "Close"), isGrave: true, roles: [QUALITY] },
}

/** Only of a lot as a whole. */
const OF_LOTS = new Set(["Relabel From", "Close"])

interface Lead {
	title: string
	to: (thing: Thing) => RouteLocationRaw
}

const list = (doctype: string, filter = false) => ({ lot }: Thing): RouteLocationRaw => ({ name: "list", params: { doctype }, query: filter ? { lot } : {} })
const work: Lead = { title: "Work on it", to: ({ lot }) => ({ name: "work", query: { lot } }) }
const inspect: Lead = { title: "Inspect", to: ({ lot }) => ({ name: "inspect", query: { lot } }) }
const ncr: Lead = { title: "Open NCRs", to: ({ lot }) => ({ path: "/quality", query: { lot } }) }
const release: Lead = { title: "Release", to: ({ lot }) => ({ path: `/release/${encodeURIComponent(lot)}` }) }
const delivery: Lead = { title: "Deliveries", to: list("Delivery Note") }

/** Done on another page. */
const LEADS: Record<string, Lead> = {
	Produce: work, Process: work, Finish: work, Inspect: inspect, Accept: inspect,
	"Lift Hold": ncr, Reject: ncr, Rework: ncr, Release: release, "Revoke Release": release,
	Ship: delivery, Deliver: delivery, Return: delivery, Use: delivery,
	Receive: { title: "Receipts", to: list("Purchase Receipt") }, Issue: { title: "Stock entries", to: list("Stock Entry") },
	Recall: { title: "Recalls", to: () => ({ path: "/recall" }) }, "Lift Recall": { title: "Recalls", to: () => ({ path: "/recall" }) },
}

export interface Offered {
	doings: Doing[]
	leads: { title: string; to: RouteLocationRaw }[]
	/** Allowed, but done elsewhere or as part of something else. */
	rest: string[]
}

/** The actions that the server allows now, each once, in the order in which hands reach for them. */
export function offered(actions: string[], thing: Thing, mayAs: (...roles: string[]) => boolean = () => true): Offered {
	const may = ([action, doing]: [string, Doing]) => actions.includes(action) && !(thing.unit && OF_LOTS.has(action)) && (!doing.roles || mayAs(...doing.roles))
	const doings = Object.entries(DOINGS).filter(may)
	const leads = new Map<string, RouteLocationRaw>()
	for (const [action, lead] of Object.entries(LEADS)) if (actions.includes(action)) leads.set(lead.title, lead.to(thing))
	return {
		doings: doings.map(([, doing]) => doing),
		leads: [...leads].map(([title, to]) => ({ title, to })),
		rest: actions.filter((action) => !(action in DOINGS) && !(action in LEADS)),
	}
}
