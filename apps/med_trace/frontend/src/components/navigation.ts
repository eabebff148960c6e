/** Where each role goes most often. A table: the frame only draws it. */
import type { RouteLocationRaw } from "vue-router"
import { hasRole, mayRead } from "../data/boot"

export interface Place {
	title: string
	to: RouteLocationRaw
	roles?: string[]
	/** Not for those who see everything else too. */
	onlyTheirs?: boolean
	doctype?: string
}

const list = (doctype: string, query: Record<string, string> = {}): RouteLocationRaw => ({ name: "list", params: { doctype }, query })

export const MAIN: Place[] = [
	{ title: "Home", to: { name: "home" } },
	{ title: "Scan", to: { name: "scan" } },
	{ title: "Work", to: { name: "work" }, roles: ["Trace Operator", "Trace Supervisor"], onlyTheirs: true },
	{ title: "Inspect", to: { name: "inspect" }, roles: ["Trace Inspector", "Trace Quality"], onlyTheirs: true },
	{ title: "Lots", to: list("Material Lot"), doctype: "Material Lot" },
	{ title: "Records", to: { name: "records" } },
]

const ALL_SEEING = ["Trace Auditor", "Trace Administrator", "System Manager"]

/** Who records any event by hand; the server asks for each type. */
export const IMPORTING = ["Trace Operator", "Trace Supervisor", "Trace Warehouse", "Trace Inspector", "Trace Quality", "Trace Regulatory"]

const BY_ROLE: Place[] = [
	{ title: "Process Records", to: list("Process Record"), doctype: "Process Record", roles: ["Trace Operator", "Trace Supervisor"] },
	{ title: "Inspections", to: list("Inspection Record"), doctype: "Inspection Record", roles: ["Trace Inspector", "Trace Quality"] },
	{ title: "Nonconformances", to: { name: "quality" }, doctype: "NCR", roles: ["Trace Quality", "Trace Inspector", "Trace Supervisor"] },
	{ title: "Release", to: { name: "releases" }, doctype: "Lot Release", roles: ["Trace Quality", "Trace Supervisor"] },
	{ title: "Receipts", to: list("Purchase Receipt"), doctype: "Purchase Receipt", roles: ["Trace Warehouse"] },
	{ title: "Deliveries", to: list("Delivery Note"), doctype: "Delivery Note", roles: ["Trace Warehouse", "Trace Regulatory"] },
	{ title: "Recalls", to: { name: "recalls" }, doctype: "Recall", roles: ["Trace Regulatory", "Trace Quality"] },
	{ title: "Events", to: list("Trace Event", { _sort: "-event_time" }), doctype: "Trace Event", roles: [] },
	{ title: "Import", to: { name: "import" }, roles: IMPORTING, onlyTheirs: true },
	{ title: "Configure", to: { name: "configure" }, roles: ["Trace Administrator", "System Manager"], onlyTheirs: true },
]

/** The main places of whoever looks: what his hands do all day is among them. */
export function mainPlaces(): Place[] {
	return MAIN.filter((place) => !place.roles || hasRole(...place.roles))
}

export function placesOfRole(): Place[] {
	return BY_ROLE.filter((place) => hasRole(...(place.roles ?? []), ...(place.onlyTheirs ? [] : ALL_SEEING)) && (!place.doctype || mayRead(place.doctype)))
}
