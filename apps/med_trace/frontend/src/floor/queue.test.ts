import { beforeEach, describe, expect, it } from "vitest"
import { isSame, merged, standing } from "./changes"
import { Queue, type Answer, type Entry, type Ports } from "./queue"

class Memory {
	private kept = new Map<string, string>()
	get length() {
		return this.kept.size
	}
	key = (index: number) => [...this.kept.keys()][index] ?? null
	getItem = (key: string) => this.kept.get(key) ?? null
	setItem = (key: string, value: string) => void this.kept.set(key, value)
	removeItem = (key: string) => void this.kept.delete(key)
}

let memory: Memory
let sent: Entry[]
let answers: Answer[]
let ids = 0

function aQueue(): Queue {
	const ports: Ports = {
		store: memory,
		send: async (entry) => {
			sent.push(entry)
			return answers.shift() ?? { kind: "done", result: null }
		},
		changed: () => {},
		now: () => new Date().toISOString(),
		newId: () => `entry-${++ids}`,
	}
	return new Queue(ports)
}

const scrap = (quantity: number, more = {}) => ({ method: "scrap", args: { quantity }, title: `Scrap ${quantity}`, ...more })
const quantities = (entries: Entry[]) => entries.map((entry) => entry.args.quantity)

beforeEach(() => {
	memory = new Memory()
	sent = []
	answers = []
})

describe("a lost connection", () => {
	it("keeps entries in order, over a reload, and sends each until it is answered", async () => {
		const queue = aQueue()
		for (const quantity of [1, 2, 3]) queue.add("olga", scrap(quantity))
		answers = [{ kind: "later" }]
		expect(await queue.flush("olga")).toBe(true)
		const reloaded = aQueue()
		expect(quantities(reloaded.entries())).toEqual([1, 2, 3])
		expect(await reloaded.flush("olga")).toBe(false)
		expect(quantities(sent)).toEqual([1, 1, 2, 3])
		expect(sent[0].id).toBe(sent[1].id)
		expect(reloaded.entries()).toEqual([])
	})

	it("a refused entry stays with its reason and lets others pass", async () => {
		const queue = aQueue()
		queue.add("olga", scrap(1))
		queue.add("olga", scrap(2))
		answers = [{ kind: "refused", words: ["Lot A is on hold"], code: "OnHold" }]
		await queue.flush("olga")
		expect(queue.entries().map((entry) => [entry.args.quantity, entry.status, entry.words])).toEqual([[1, "refused", ["Lot A is on hold"]]])
		await queue.flush("olga")
		expect(sent).toHaveLength(2)
	})

	it("behind a refused entry its own chain waits", async () => {
		const queue = aQueue()
		queue.add("olga", scrap(1, { chain: "PREC-1" }))
		queue.add("olga", scrap(2, { chain: "PREC-1" }))
		queue.add("olga", scrap(3, { chain: "PREC-2" }))
		answers = [{ kind: "refused", words: ["no"] }]
		await queue.flush("olga")
		expect(quantities(sent)).toEqual([1, 3])
		const mended = queue.replace(queue.entries()[0], { quantity: 9 })
		expect(mended.id).not.toBe(sent[0].id)
		await queue.flush("olga")
		expect(quantities(sent)).toEqual([1, 3, 9, 2])
	})

	it("what another person entered waits for him", async () => {
		const queue = aQueue()
		queue.add("olga", scrap(1))
		await queue.flush("ibrahim")
		expect(sent).toEqual([])
		expect(queue.entries()).toHaveLength(1)
	})

	it("an entry that was never sent may change, one that was may not", async () => {
		const queue = aQueue()
		queue.add("olga", scrap(1, { key: "PREC-1" }))
		expect(queue.open("PREC-1")?.args).toEqual({ quantity: 1 })
		answers = [{ kind: "later" }]
		await queue.flush("olga")
		expect(queue.open("PREC-1")).toBeUndefined()
	})

	it("an answer that has to be read stays until it was", async () => {
		const queue = aQueue()
		const entry = queue.add("olga", scrap(1, { tell: true }))
		answers = [{ kind: "done", result: { ncr: "NCR-1" } }]
		await queue.flush("olga")
		expect(queue.get(entry.id)).toMatchObject({ status: "done", result: { ncr: "NCR-1" } })
		queue.remove(entry.id)
		expect(queue.entries()).toEqual([])
	})

	it("tells who asked", async () => {
		const queue = aQueue()
		const heard: string[] = []
		const stop = queue.onAnswer((entry, answer) => heard.push(`${entry.title}: ${answer.kind}`))
		queue.add("olga", scrap(1))
		await queue.flush("olga")
		stop()
		queue.add("olga", scrap(2))
		await queue.flush("olga")
		expect(heard).toEqual(["Scrap 1: done"])
	})
})

describe("changes", () => {
	it("two entries before they are sent are one", () => {
		const first = [{ place: "a", was: null, now: 5 }, { place: "b", was: 1, now: 2 }]
		const second = [{ place: "a", was: 5, now: 6 }, { place: "b", was: 2, now: 1.0 }]
		expect(merged(first, second)).toEqual([{ place: "a", was: null, now: 6 }])
	})

	it("start from what will stand there when all that waits is done", () => {
		const waiting = [[{ place: "a", was: null, now: 5 }], [{ place: "a", was: 5, now: 6 }]]
		expect(standing("a", null, waiting)).toBe(6)
		expect(standing("b", 7, waiting)).toBe(7)
	})

	it.each([
		[null, "", true], ["5.0", 5, true], [0, null, false], ["a ", "a", true], [[{ cavity: "", quantity: "2" }], [{ quantity: 2 }], true], [true, 1, true], ["007", "7", false],
	])("%j and %j are the same: %s", (one, other, same) => expect(isSame(one, other)).toBe(same))
})
