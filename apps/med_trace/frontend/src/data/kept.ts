/** Answers of the server kept on the device, so that what was seen once can be seen without a connection. */
import { boot } from "./boot"
import { Failure } from "./failure"
import { isOffline } from "./queue"
import { get, query } from "./server"

const PREFIX = "med_trace.kept."
const MOST = 200

export interface Kept<T> {
	data: T
	/** When the server said so, where this is not its present answer. */
	since: string | null
}

/** Asks the server; where it cannot be reached, what it said the last time. Throws Failure when it never did. */
export async function getKept<T>(method: string, args: Record<string, unknown> = {}): Promise<Kept<T>> {
	const key = `${PREFIX}${boot.user}.${method}${query(args)}`
	try {
		const data = await get<T>(method, args)
		isOffline.value = false
		keep(key, data)
		return { data, since: null }
	} catch (problem) {
		if (!(problem instanceof Failure) || !["offline", "timeout"].includes(problem.kind)) throw problem
		isOffline.value = true
		const text = localStorage.getItem(key)
		if (!text) throw problem
		const { data, at } = JSON.parse(text) as { data: T; at: string }
		return { data, since: at }
	}
}

/** Puts what is known now in the place of what the server said before. */
export function keepAnswer(method: string, args: Record<string, unknown>, data: unknown): void {
	keep(`${PREFIX}${boot.user}.${method}${query(args)}`, data)
}

/** Forgets what was seen; what was entered and not sent stays. */
export function forgetKept(): void {
	for (const key of keys()) localStorage.removeItem(key)
}

function keep(key: string, data: unknown): void {
	const text = JSON.stringify({ data, at: new Date().toISOString() })
	const old = keys().filter((one) => one !== key)
	if (old.length >= MOST) oldestFirst(old).slice(0, old.length - MOST + 1).forEach((one) => localStorage.removeItem(one))
	try {
		localStorage.setItem(key, text)
	} catch {
		forgetKept() // no room: what can be asked again goes before what was entered
	}
}

function keys(): string[] {
	return Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index)!).filter((key) => key.startsWith(PREFIX))
}

function oldestFirst(some: string[]): string[] {
	const at = (key: string) => (JSON.parse(localStorage.getItem(key) ?? "{}") as { at?: string }).at ?? ""
	return some.map((key): [string, string] => [at(key), key]).sort().map(([, key]) => key)
}
