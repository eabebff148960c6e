/** How a state looks. The word is always shown beside it: colour and sign only help. */

export interface Look {
	sign: string
	/** Tailwind classes of the badge. */
	badge: string
	/** The same colour for lines and borders. */
	colour: string
}

const LOOKS: Record<string, Look> = {
	Quarantine: { sign: "◐", badge: "bg-amber-100 text-amber-900 border-amber-400", colour: "#b45309" },
	"In Process": { sign: "▶", badge: "bg-blue-100 text-blue-900 border-blue-400", colour: "#1d4ed8" },
	"Awaiting Release": { sign: "◔", badge: "bg-violet-100 text-violet-900 border-violet-400", colour: "#6d28d9" },
	Released: { sign: "✓", badge: "bg-green-100 text-green-900 border-green-500", colour: "#15803d" },
	"On Hold": { sign: "‖", badge: "bg-orange-100 text-orange-900 border-orange-500", colour: "#c2410c" },
	Rejected: { sign: "✕", badge: "bg-red-100 text-red-900 border-red-500", colour: "#b91c1c" },
	Recalled: { sign: "⚠", badge: "bg-red-700 text-white border-red-800", colour: "#991b1b" },
	Closed: { sign: "■", badge: "bg-gray-200 text-gray-900 border-gray-400", colour: "#4b5563" },
}

// The states of records, in the colours of the lots.
const ALIKE: Record<string, string> = {
	Accepted: "Released", Approved: "Released", Submitted: "Released", Pass: "Released", "In Stock": "Released", Within: "Released",
	Draft: "Quarantine", Open: "Quarantine", Warning: "Quarantine", "Under Evaluation": "In Process", Scoped: "In Process", Dispositioned: "Awaiting Release",
	Initiated: "Recalled", Fail: "Rejected", Critical: "Rejected", Major: "On Hold", Outside: "Rejected",
	Revoked: "Rejected", Cancelled: "Closed", Terminated: "Closed", Obsolete: "Closed", Withdrawn: "Closed",
}

const PLAIN: Look = { sign: "", badge: "bg-gray-100 text-gray-900 border-gray-300", colour: "#4b5563" }

export function lookOf(state: string | null | undefined): Look {
	const name = state ?? ""
	return LOOKS[name] ?? LOOKS[ALIKE[name] ?? ""] ?? PLAIN
}

export function hasLook(value: unknown): boolean {
	return typeof value === "string" && (value in LOOKS || value in ALIKE)
}

/** The word for Frappe's docstatus. */
export const DOCSTATUS = ["Draft", "Submitted", "Cancelled"]
