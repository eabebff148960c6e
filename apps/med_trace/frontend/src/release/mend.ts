/** Where a reason against a release is mended. Knows nothing of Vue. */
import type { RouteLocationRaw } from "vue-router"

export interface Blocker {
	rule: string
	message: string
	doctype: string
	name: string
}

export interface Mending {
	/** What to do there, as a text of the pages. */
	title: string
	to: RouteLocationRaw
}

const record = (doctype: string, name: string): RouteLocationRaw => ({ name: "record", params: { doctype, name } })

/** The page on which the reason can be taken away, and what is done there. */
export function mendingOf(blocker: Blocker, lot: string): Mending {
	const own = { title: "Open the record", to: record(blocker.doctype, blocker.name) }
	const byRule: Record<string, () => Mending> = {
		Operation: () => ({ title: "Run the operation", to: { path: "/work", query: { lot } } }),
		Inspection: () => (blocker.doctype === "Inspection Record" ? own : { title: "Inspect the lot", to: { path: "/inspect", query: { lot } } }),
		"Open Record": () => (blocker.doctype === "Process Record" ? { title: "Finish the record", to: { path: `/work/${encodeURIComponent(blocker.name)}` } } : { title: "Finish the record", to: { path: `/inspect/${encodeURIComponent(blocker.name)}` } }),
		Certificate: () => ({ title: "Attach the certificate", to: record(blocker.doctype, blocker.name) }),
		Component: () => ({ title: "Open the lot", to: { name: "lot", params: { name: blocker.name } } }),
		State: () => ({ title: "Open the lot", to: { name: "lot", params: { name: blocker.name } } }),
		Quantity: () => ({ title: "Open the lot", to: { name: "lot", params: { name: lot } } }),
		Label: () => ({ title: "Correct the lot's data", to: record(blocker.doctype, blocker.name) }),
		Expiry: () => ({ title: "Correct the lot's data", to: record(blocker.doctype, blocker.name) }),
		Routing: () => ({ title: "Correct the lot's data", to: record(blocker.doctype, blocker.name) }),
		Nonconformance: () => (blocker.doctype === "NCR" ? { title: "Answer the NCR", to: record("NCR", blocker.name) } : own),
	}
	return byRule[blocker.rule]?.() ?? own
}

/** The texts above, for the test of the translations. */
export const MENDINGS = [
	"Open the record", "Run the operation", "Inspect the lot", "Finish the record", "Attach the certificate", "Open the lot",
	"Correct the lot's data", "Answer the NCR",
]

const WEIGHT: Record<string, number> = { critical: 0, major: 1, minor: 2 }

/** Worst first; among equals in the order given. */
export function worstFirst<T extends { severity: string }>(deviations: readonly T[]): T[] {
	const weight = (one: T) => WEIGHT[one.severity?.toLowerCase()] ?? 3
	return [...deviations].sort((one, other) => weight(one) - weight(other))
}

/** Deviations of one kind and severity. Many small ones of a kind are told as one, and folded. */
export interface DeviationGroup<T> {
	severity: string
	what: string
	entries: T[]
	isFolded: boolean
}

const FEW = 2

export function groupsOf<T extends { severity: string; kind: string; what: string }>(deviations: readonly T[]): DeviationGroup<T>[] {
	const found = new Map<string, DeviationGroup<T>>()
	for (const one of worstFirst(deviations)) {
		const key = `${one.severity} ${one.kind}`
		if (!found.has(key)) found.set(key, { severity: one.severity, what: one.what, entries: [], isFolded: false })
		found.get(key)!.entries.push(one)
	}
	return [...found.values()].map((group) => ({ ...group, isFolded: group.severity.toLowerCase() === "minor" && group.entries.length > FEW }))
}
