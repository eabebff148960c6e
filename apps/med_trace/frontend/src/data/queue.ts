/** What was entered here and the server does not have yet: kept on the device, sent once, shown until it is settled. */
import { computed, ref, shallowRef } from "vue"
import { Queue, type Answer, type Entry, type Given } from "../floor/queue"
import { boot } from "./boot"
import { asFailure, Failure } from "./failure"
import { post } from "./server"

const SHORTEST_WAIT = 3_000
const LONGEST_WAIT = 60_000
const KNOCK_EVERY = 10_000
const SENT_AGAIN = 5 // after so many answers that are none of ours, a person decides

/** Whether the server was out of reach the last time. */
export const isOffline = ref(globalThis.navigator ? !navigator.onLine : false)
const all = shallowRef<Entry[]>([])

export const entries = computed(() => all.value)
export const waiting = computed(() => all.value.filter((entry) => entry.status === "waiting"))
export const refused = computed(() => all.value.filter((entry) => entry.status === "refused"))
export const answered = computed(() => all.value.filter((entry) => entry.status === "done"))

export const queue = new Queue({
	store: globalThis.localStorage,
	send,
	changed: () => (all.value = queue.entries()),
	now: () => localTime(new Date()),
	newId: () => globalThis.crypto.randomUUID?.() ?? randomId(),
})

/** What came of an entry: carried out; or kept, because the server cannot be reached or something before it waits. */
export type Outcome<T> = { kind: "done"; result: T } | { kind: "kept" }

/**
 * Enters something and sends it at once where that is possible. A refusal is thrown as a Failure and the entry
 * is gone: who asked is there to mend it. Later refusals stay in the queue.
 */
export async function submit<T>(method: string, args: Record<string, unknown>, options: Omit<Given, "method" | "args">): Promise<Outcome<T>> {
	const entry = queue.add(boot.user, { ...options, method, args })
	let answer: Answer | undefined
	const stop = queue.onAnswer((one, what) => (answer = one.id === entry.id ? what : answer))
	try {
		await flush()
	} finally {
		stop()
	}
	if (answer?.kind === "refused") {
		queue.remove(entry.id)
		throw new Failure("refused", answer.words, 417, answer.code)
	}
	if (answer?.kind === "done" && options.tell) queue.remove(entry.id) // told right here
	return answer?.kind === "done" ? { kind: "done", result: answer.result as T } : { kind: "kept" }
}

/** Enters something that is sent when it can be; nobody waits for it. */
export function enter(method: string, args: Record<string, unknown>, options: Omit<Given, "method" | "args">): Entry {
	const entry = queue.add(boot.user, { ...options, method, args })
	void flush()
	return entry
}

/** Gives up a refused entry; the server keeps it with the reason. Throws Failure when it cannot be told now. */
export async function discard(entry: Entry, reason: string): Promise<void> {
	const { id, method, args, at, title, words } = entry
	await post("med_trace.api.queue.discard", { client_id: id, method, arguments: args, entered_at: at, title, reason, refusal: words.join(" ") })
	queue.remove(id)
	void flush()
}

// -- sending ----------------------------------------------------------------------

let timer: ReturnType<typeof setTimeout> | undefined
let pause = SHORTEST_WAIT
let running: Promise<void> | undefined
let again = false

/** Sends what waits; one sender in all windows of this browser. */
export function flush(): Promise<void> {
	again = true
	running ??= run().finally(() => (running = undefined))
	return running
}

async function run(): Promise<void> {
	clearTimeout(timer)
	while (again) {
		again = false
		const isStuck = await alone(() => queue.flush(boot.user))
		pause = isStuck ? Math.min(pause * 2, LONGEST_WAIT) : SHORTEST_WAIT
		if (isStuck) timer = setTimeout(flush, pause)
	}
}

async function alone(work: () => Promise<boolean>): Promise<boolean> {
	const locks = globalThis.navigator?.locks
	return locks ? await locks.request("med_trace.queue", work) : work()
}

async function send(entry: Entry): Promise<Answer> {
	const { id, method, args, at, title } = entry
	try {
		const answer = await post<{ result: unknown }>("med_trace.api.queue.submit", { client_id: id, method, arguments: args, entered_at: at, title })
		isOffline.value = false
		return { kind: "done", result: answer.result }
	} catch (problem) {
		const error = asFailure(problem)
		isOffline.value = error.kind === "offline" || error.kind === "timeout"
		const unclear = isOffline.value || ((error.kind === "server" || error.code === "Busy") && entry.tries < SENT_AGAIN)
		return unclear || error.kind === "stopped" ? { kind: "later" } : { kind: "refused", words: error.words, code: error.code }
	}
}

/** Starts with the page: what waited from before is sent, and whatever waits when the connection is back. */
export function startSending(): void {
	all.value = queue.entries()
	addEventListener("online", () => {
		isOffline.value = false
		pause = SHORTEST_WAIT
		void flush()
	})
	addEventListener("offline", () => (isOffline.value = true))
	addEventListener("storage", () => (all.value = queue.entries()))
	setInterval(knock, KNOCK_EVERY)
	if (boot.user && waiting.value.length) void flush()
}

/** The browser notices a cable; a server that was away is noticed by asking. */
async function knock(): Promise<void> {
	if (!isOffline.value) return
	const answer = await fetch("/api/method/ping", { signal: AbortSignal.timeout(SHORTEST_WAIT) }).catch(() => undefined)
	if (!answer?.ok) return
	isOffline.value = false
	void flush()
}

/** ISO 8601 with this device's offset, so that the server knows the moment. */
export function localTime(date: Date): string {
	const offset = -date.getTimezoneOffset()
	const two = (number: number) => String(Math.floor(Math.abs(number))).padStart(2, "0")
	const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23)
	return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`
}

/** Where the page is not served over HTTPS the browser gives no UUIDs. */
function randomId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16))
	return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
