import { expect, it } from "vitest"
import { shares, shown, steps, STEPS, SHARES, type ConsigneeStatus, type Status } from "./progress"

const NOBODY = { consignee: "A", shipped: 0, used: 0, recovered: 0, destroyed: 0, held: 0, outstanding: 0, is_notified: false, has_responded: false, is_settled: false }
const one = (more: Partial<ConsigneeStatus>): ConsigneeStatus => ({ ...NOBODY, ...more })
const status = (more: Partial<Status> = {}): Status => ({
	recall: "R", state: "", recall_class: "II", consignees: [], notified: 0, responded: 0, settled: 0, checks_done: 0, checks_needed: 0, open: [], ...more,
})
const states = (...given: Parameters<typeof steps>) => steps(...given).map((step) => step.state)

it("a new recall begins with its scope", () => {
	expect(states({ workflow_state: "Draft" }, status())).toEqual(["now", ...Array(7).fill("later")])
})

it("the step that is due is the first that is not done", () => {
	const lots = [{ held: 1 }, { held: 0 }]
	expect(states({ workflow_state: "Scoped", scoped_at: "x", held_at: "x", lots }, status()).slice(0, 3)).toEqual(["done", "now", "later"])
	const begun = { workflow_state: "Initiated", scoped_at: "x", held_at: "x", initiated_at: "x", lots: [{ held: 1 }] }
	const found = steps(begun, status({ consignees: [one({}), one({})], notified: 2, responded: 1 }))
	expect(found.map((step) => step.state)).toEqual(["done", "done", "done", "done", "now", "later", "done", "later"])
	expect(found[4]).toMatchObject({ title: "Replies", done: 1, of: 2 })
})

it("nothing is due when the recall has ended", () => {
	const ended = { workflow_state: "Terminated", scoped_at: "x", held_at: "x", initiated_at: "x", terminated_at: "x", lots: [] }
	expect(states(ended, status())).toEqual(Array(8).fill("done"))
	expect(states({ workflow_state: "Withdrawn" }, status())).not.toContain("now")
})

it("the parts add up to what was shipped; what is held is outstanding still", () => {
	const found = shares([one({ shipped: 10, recovered: 4, used: 1, held: 3, outstanding: 5 }), one({ shipped: 0.3, destroyed: 0.1, outstanding: 0.2 })])
	expect(found.shipped).toBe(10.3)
	expect(found.accounted).toBe(5.1)
	expect(found.percent).toBe(49) // never rounded up to done
	expect(found.parts.map((part) => part.quantity)).toEqual([4, 1, 0.1, 3, 2.2])
	expect(found.parts.map((part) => part.title)).toEqual(SHARES)
})

it("nothing shipped is nothing outstanding", () => {
	expect(shares([])).toMatchObject({ shipped: 0, percent: 100 })
})

it.each([
	["all", 3],
	["notify", 2],
	["answer", 2],
	["settle", 1],
] as const)("filter %s", (show, many) => {
	const all = [one({ is_notified: true, is_settled: true }), one({ has_responded: true, is_settled: true }), one({})]
	expect(shown(all, show)).toHaveLength(many)
})

it("every step has its text", () => {
	expect(steps({ workflow_state: "Draft" }, status()).map((step) => step.title)).toEqual(STEPS)
})
