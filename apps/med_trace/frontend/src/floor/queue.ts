/** What waits on this device until the server has it. Knows neither Vue nor the network: both come from outside. */

export interface Entry {
	/** The device's own id: the server carries out what it names once. */
	id: string
	/** Who entered it; sent only while he is logged in. */
	user: string
	method: string
	args: Record<string, unknown>
	/** What it is, in the reader's words. */
	title: string
	/** When it was entered, ISO 8601 with offset. */
	at: string
	/** The page where it can be mended. */
	where?: string
	/** Entries of one chain go in order; a refused one stops those behind it. */
	chain?: string
	/** A waiting entry of this key may be replaced by a newer one. */
	key?: string
	/** The answer is kept until somebody has read it. */
	tell?: boolean
	order: number
	status: "waiting" | "refused" | "done"
	tries: number
	words: string[]
	code?: string
	result?: unknown
}

export type Given = Pick<Entry, "method" | "args" | "title"> & Partial<Pick<Entry, "where" | "chain" | "key" | "tell" | "at">>

/** What came of sending: done; nothing known, send again; refused, with the reason. */
export type Answer = { kind: "done"; result: unknown } | { kind: "later" } | { kind: "refused"; words: string[]; code?: string }

export interface Ports {
	store: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">
	send: (entry: Entry) => Promise<Answer>
	changed: () => void
	now: () => string
	newId: () => string
}

const PREFIX = "med_trace.queue."

export class Queue {
	private flying = new Set<string>()
	private order = 0
	private heard: ((entry: Entry, answer: Answer) => void)[] = []

	constructor(private ports: Ports) {}

	/** In the order of entry; read from the device each time, since other windows write there too. */
	entries(): Entry[] {
		const { store } = this.ports
		const found: Entry[] = []
		for (let index = 0; index < store.length; index++) {
			const key = store.key(index)
			const text = key?.startsWith(PREFIX) ? store.getItem(key) : null
			if (text) found.push(JSON.parse(text) as Entry)
		}
		return found.sort((a, b) => a.order - b.order)
	}

	/** Keeps an entry; throws when the device has no room for it. */
	add(user: string, given: Given): Entry {
		const at = given.at ?? this.ports.now()
		this.order = Math.max(this.order + 1, Date.parse(at) * 1000)
		const entry: Entry = { ...given, id: this.ports.newId(), user, at, order: this.order, status: "waiting", tries: 0, words: [] }
		this.write(entry)
		return entry
	}

	/** The last waiting entry of a key that was never sent: its content may still change. */
	open(key: string): Entry | undefined {
		return this.entries().findLast((one) => one.key === key && one.status === "waiting" && !one.tries && !this.flying.has(one.id))
	}

	/** Another content under a new id, at the same place of the order. */
	replace(entry: Entry, args: Entry["args"], status: Entry["status"] = "waiting"): Entry {
		const fresh: Entry = { ...entry, args, id: this.ports.newId(), status, tries: 0, words: [], code: undefined }
		this.ports.store.setItem(PREFIX + fresh.id, JSON.stringify(fresh))
		this.remove(entry.id)
		return fresh
	}

	/** Sends a refused entry once more, as it is. */
	again(entry: Entry): void {
		this.write({ ...entry, status: "waiting", words: [], code: undefined })
	}

	remove(id: string): void {
		this.ports.store.removeItem(PREFIX + id)
		this.ports.changed()
	}

	get(id: string): Entry | undefined {
		const text = this.ports.store.getItem(PREFIX + id)
		return text ? (JSON.parse(text) as Entry) : undefined
	}

	onAnswer(hear: (entry: Entry, answer: Answer) => void): () => void {
		this.heard.push(hear)
		return () => (this.heard = this.heard.filter((one) => one !== hear))
	}

	/** Sends what may go, one after the other; true when the server could not be reached and something still waits. */
	async flush(user: string): Promise<boolean> {
		const passed = new Set<string>()
		for (let entry = this.next(user, passed); entry; entry = this.next(user, passed)) {
			passed.add(entry.id)
			if (!(await this.sendOne(entry))) return true
		}
		return false
	}

	isFlying(id: string): boolean {
		return this.flying.has(id)
	}

	private next(user: string, passed: Set<string>): Entry | undefined {
		const stopped = new Set<string>()
		for (const entry of this.entries()) {
			const mayGo = entry.status === "waiting" && entry.user === user && !passed.has(entry.id)
			if (mayGo && !this.flying.has(entry.id) && !(entry.chain && stopped.has(entry.chain))) return entry
			if (entry.chain && entry.status !== "done") stopped.add(entry.chain)
		}
		return undefined
	}

	private async sendOne(entry: Entry): Promise<boolean> {
		const sent = { ...entry, tries: entry.tries + 1 }
		this.flying.add(entry.id)
		this.write(sent)
		try {
			const answer = await this.ports.send(sent)
			if (answer.kind === "refused") this.write({ ...sent, status: "refused", words: answer.words, code: answer.code })
			if (answer.kind === "done" && entry.tell) this.write({ ...sent, status: "done", result: answer.result })
			if (answer.kind === "done" && !entry.tell) this.remove(entry.id)
			if (answer.kind !== "later") this.heard.forEach((hear) => hear(sent, answer))
			return answer.kind !== "later"
		} finally {
			this.flying.delete(entry.id)
			this.ports.changed()
		}
	}

	private write(entry: Entry): void {
		this.ports.store.setItem(PREFIX + entry.id, JSON.stringify(entry))
		this.ports.changed()
	}
}
