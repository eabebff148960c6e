/** What a scanned lot or unit can be taken through from here: a table of the gate's actions. Knows nothing of Vue. */
import type { RouteLocationRaw } from "vue-router"
import { contentsOf, sharesOf, type Gathering, type Piece } from "./pieces"

export type FieldName = "quantity" | "serials" | "reason" | "new_number" | "location" | "description" | "container" | "consignee"

export interface Thing {
	lot: string
	unit: string | null
	/** A case or pallet was scanned; or the one that the unit is in. */
	container?: string | null
	item?: string | null
	uom?: string | null
	batch?: string | null
	serial?: string | null
}

export type Typed = Partial<Record<FieldName, string>> & { pieces?: Piece[] }

export interface Doing {
	/** The word on the button. */
	title: string
	fields: FieldName[]
	/** Fields that may stay empty. */
	optional?: FieldName[]
	/** More of its kind is scanned in the dialog, beginning with the thing itself. */
	gathers?: Gathering & { label: string }
	/** What to know before it is done. */
	hint?: string
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
const outside = (type: string, action: string) => (thing: Thing, typed: Typed) => ({
	event: { type, rows: [{ action, lot: thing.lot, serial_unit: thing.unit ?? undefined, quantity: thing.unit ? "1" : typed.quantity }], consignee: typed.consignee, reason: typed.reason || undefined },
})
const packing = (_thing: Thing, typed: Typed) => ({ container: typed.container, ...contentsOf(typed.pieces ?? []) })
const taken = (thing: Thing, typed: Typed) => ({ lot: thing.lot, quantity: thing.unit ? "1" : typed.quantity, reason: typed.reason, unit: thing.unit })

const FLOOR = ["Trace Operator", "Trace Warehouse", "Trace Supervisor"]
const QUALITY = "Trace Quality"
const STORE = ["Trace Warehouse", "Trace Supervisor"]
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
	"Merge From": {
		title: "Merge", fields: ["new_number", "reason"], optional: ["new_number", "reason"], gathers: { label: "Scan what is put together", least: 2, isAlike: true, isWhole: true },
		method: "med_trace.api.lots.merge", roles: [...FLOOR, QUALITY], args: (_thing, { pieces, new_number, reason }) => ({ lots: sharesOf(pieces ?? []), into: new_number || undefined, reason: reason || undefined }),
	},
	Pack: { title: "Pack", fields: ["container"], gathers: { label: "Scan what goes in", least: 1 }, method: "med_trace.api.distribution.pack", roles: FLOOR, args: packing },
	Unpack: { title: "Unpack", fields: ["container"], gathers: { label: "Scan what comes out", least: 0 }, hint: "With nothing in the list everything comes out.", method: "med_trace.api.distribution.unpack", roles: FLOOR, args: packing },
	"Relabel From": { title: "Relabel", fields: ["new_number", "reason"], method: "med_trace.api.lots.relabel", args: ({ lot }, { new_number, reason }) => ({ lot, new_number, reason }), roles: [...FLOOR, QUALITY] },
	"Return To Supplier": { title: "Return to supplier", fields: ["quantity", "reason"], method: "med_trace.api.lots.send_back", args: taken, roles: [...FLOOR, QUALITY, "Trace Inspector"] },
	"Accept Return": {
		title: "Accept the return", fields: ["quantity", "reason"], method: "med_trace.api.distribution.accept_return",
		args: ({ lot, unit }, { quantity, reason }) => ({ lot, reason, ...(unit ? { units: [unit] } : { quantity }) }), roles: [QUALITY, "Trace Inspector"],
	},
	Deliver: { title: "Arrived at the consignee", fields: ["consignee", "quantity", "reason"], optional: ["reason"], method: "med_trace.api.ledger.record", args: outside("Delivered", "Deliver"), roles: [...STORE, "Trace Regulatory"] },
	Use: { title: "Used or implanted", fields: ["consignee", "quantity", "reason"], optional: ["reason"], method: "med_trace.api.ledger.record", args: outside("Used", "Use"), roles: [...STORE, "Trace Regulatory"] },
	Finish: {
		title: "Finish the lot", fields: [], hint: "Says that the lot is made and awaits its release: a lot without a routing, or one of which less is made than ordered. Where operations still wait, do those first.",
		method: "med_trace.api.lots.finish_lot", args: ({ lot }) => ({ lot }), roles: ["Trace Supervisor", QUALITY],
	},
	Close: { title: "Close the lot", fields: ["reason"], method: "med_trace.api.ledger.record", args: event("Closed", "Close"), isGrave: true, roles: [QUALITY] },
}

/** Only of a lot as a whole. */
const OF_LOTS = new Set(["Relabel From", "Close", "Finish"])

interface Lead {
	title: string
	to: (thing: Thing) => RouteLocationRaw
}

const list = (doctype: string) => (): RouteLocationRaw => ({ name: "list", params: { doctype } })
const work: Lead = { title: "Work on it", to: ({ lot }) => ({ name: "work", query: { lot } }) }
const inspect: Lead = { title: "Inspect", to: ({ lot }) => ({ name: "inspect", query: { lot } }) }
const ncr: Lead = { title: "Open NCRs", to: ({ lot }) => ({ path: "/quality", query: { lot } }) }
const release: Lead = { title: "Release", to: ({ lot }) => ({ path: `/release/${encodeURIComponent(lot)}` }) }
/** A new document with this lot, or this piece of it, as its first row. */
const begin = (doctype: string, more: Record<string, string> = {}) => ({ lot, item, uom, batch, serial }: Thing): RouteLocationRaw => {
	const row = { item_code: item, qty: serial ? 1 : undefined, uom, conversion_factor: 1, use_serial_batch_fields: 1, batch_no: batch ?? lot, serial_no: serial ?? undefined }
	return { name: "new", params: { doctype }, query: { ...more, items: JSON.stringify([row]) } }
}

/** Done on another page, or by a document: the link leads there, or begins it. */
const LEADS: Record<string, Lead> = {
	Produce: work, Process: work, Inspect: inspect, Accept: inspect, Consume: { title: "Use it in an operation", to: () => ({ name: "work" }) },
	"Lift Hold": ncr, Reject: ncr, Rework: ncr, Release: release, "Revoke Release": release,
	Ship: { title: "Ship it", to: begin("Delivery Note") },
	Return: { title: "Take it back from a customer", to: ({ lot, unit }) => ({ name: "return", params: { lot }, query: unit ? { unit } : {} }) },
	Receive: { title: "Receipts", to: list("Purchase Receipt") }, Issue: { title: "Issue it", to: begin("Stock Entry", { stock_entry_type: "Material Issue" }) },
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
