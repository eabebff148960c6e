/** How far a recall is, as steps and as quantities: what a reader must know at a glance. Knows nothing of Vue. */

export interface ConsigneeStatus {
	consignee: string
	shipped: number
	used: number
	recovered: number
	destroyed: number
	held: number
	outstanding: number
	is_notified: boolean
	has_responded: boolean
	is_settled: boolean
}

export interface Status {
	recall: string
	state: string
	recall_class: string
	consignees: ConsigneeStatus[]
	notified: number
	responded: number
	settled: number
	checks_done: number
	checks_needed: number
	open: string[]
}

export interface RecallHead {
	workflow_state: string
	scoped_at?: string | null
	held_at?: string | null
	initiated_at?: string | null
	terminated_at?: string | null
	lots?: { held: number }[]
}

export type StepState = "done" | "now" | "later"

export interface Step {
	/** A text of the pages. */
	title: string
	state: StepState
	at?: string | null
	done?: number
	of?: number
}

const ENDED = ["Terminated", "Withdrawn"]

/** The steps in their order; the first that is not done is `now`, unless the recall has ended. */
export function steps(recall: RecallHead, status: Status): Step[] {
	const consignees = status.consignees.length
	const lots = recall.lots ?? []
	const held = lots.filter((lot) => lot.held).length
	const begun = !!recall.initiated_at
	const many = (title: string, done: number, of: number): Omit<Step, "state"> & { isDone: boolean } => ({ title, done, of, isDone: begun && done >= of })
	const all = [
		{ title: "Scope built", at: recall.scoped_at, isDone: !!recall.scoped_at },
		{ title: "Everything held", at: recall.held_at, done: held, of: lots.length, isDone: !!recall.held_at && held >= lots.length },
		{ title: "Initiated by signature", at: recall.initiated_at, isDone: begun },
		many("Consignees notified", status.notified, consignees),
		many("Replies", status.responded, consignees),
		many("Quantities settled", status.settled, consignees),
		many("Effectiveness checks", status.checks_done, status.checks_needed),
		{ title: "Terminated by signature", at: recall.terminated_at, isDone: !!recall.terminated_at },
	]
	const current = ENDED.includes(recall.workflow_state) ? -1 : all.findIndex((step) => !step.isDone)
	return all.map(({ isDone, ...step }, index) => ({ ...step, state: isDone ? "done" : index === current ? "now" : "later" }))
}

/** The texts above, for the test of the translations. */
export const STEPS = [
	"Scope built", "Everything held", "Initiated by signature", "Consignees notified", "Replies", "Quantities settled", "Effectiveness checks",
	"Terminated by signature",
]

export interface Share {
	/** A text of the pages. */
	title: string
	quantity: number
	/** Of everything shipped, 0 to 100. */
	percent: number
}

/** What became of everything that was shipped. The parts add up to it: what is held is outstanding still. */
export function shares(consignees: readonly ConsigneeStatus[]): { shipped: number; accounted: number; percent: number; parts: Share[] } {
	const sum = (key: "shipped" | "used" | "recovered" | "destroyed" | "held" | "outstanding") => rounded(consignees.reduce((total, one) => total + one[key], 0))
	const shipped = sum("shipped")
	const held = Math.min(sum("held"), Math.max(0, sum("outstanding")))
	const part = (title: string, quantity: number): Share => ({ title, quantity: rounded(quantity), percent: shipped > 0 ? Math.min(100, (100 * quantity) / shipped) : 0 })
	const parts = [
		part("Came back", sum("recovered")),
		part("Used", sum("used")),
		part("Destroyed", sum("destroyed")),
		part("Held by the consignee", held),
		part("Whereabouts unknown", Math.max(0, sum("outstanding") - held)),
	]
	const accounted = rounded(shipped - sum("outstanding"))
	return { shipped, accounted, percent: shipped > 0 ? Math.floor((100 * accounted) / shipped) : 100, parts }
}

export const SHARES = ["Came back", "Used", "Destroyed", "Held by the consignee", "Whereabouts unknown"]

const rounded = (value: number) => Math.round(value * 1e9) / 1e9

export type Show = "all" | "notify" | "answer" | "settle"

/** The consignees that a filter of the page leaves. */
export function shown<T extends ConsigneeStatus>(consignees: readonly T[], show: Show): T[] {
	const wanted: Record<Show, (one: T) => boolean> = {
		all: () => true,
		notify: (one) => !one.is_notified,
		answer: (one) => !one.has_responded,
		settle: (one) => !one.is_settled,
	}
	return consignees.filter(wanted[show] ?? wanted.all)
}
