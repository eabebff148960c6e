/** What codes mean; codes scanned without a connection wait here and are looked up when it is back. */
import { computed, ref } from "vue"
import { boot } from "./boot"
import { Failure } from "./failure"
import { getKept, type Kept } from "./kept"
import { isOffline } from "./queue"
import { get, post } from "./server"

export interface Found {
	doctype: string | null
	name: string | null
	kind: string | null
	item: string | null
	item_name: string | null
	state: string | null
	lot: string | null
	whereabouts: string | null
	consignee: string | null
	/** The case that a unit is in. */
	container?: string | null
	batch?: string | null
	serial_no?: string | null
	/** On hand and free to use, of a lot. */
	free?: number | null
	uom?: string | null
	gs1: { gtin: string | null; lot: string | null; serial: string | null; expiry: string | null; produced: string | null; sscc: string | null } | null
	matched: string | null
	actions: string[]
	candidates: { doctype: string; name: string; kind: string; item: string; item_name: string; state: string; lot: string | null; matched: string }[]
	contents: { container: string; lot: string; item_code: string; serial_unit: string | null; quantity: number }[]
	warnings: string[]
}

/** A code that was scanned on this device. */
export interface Past {
	code: string
	at: string
	status: "found" | "waiting" | "unknown"
	name?: string
	state?: string | null
	/** Why nothing was found. */
	words?: string[]
}

const KEPT = 30
const STORE = `med_trace.scans.${boot.user}`

export const past = ref<Past[]>(JSON.parse(globalThis.localStorage?.getItem(STORE) ?? "[]"))
export const scansWaiting = computed(() => past.value.filter((scan) => scan.status === "waiting"))

/** What a code means, now or, without a connection, when it was last looked up. Throws Failure. */
export async function resolve(code: string): Promise<Kept<Found>> {
	try {
		const answer = await getKept<Found>("med_trace.api.scan.resolve", { code })
		if (answer.since) remember({ code, at: now(), status: "waiting", name: answer.data.name ?? code, state: answer.data.state })
		else remember({ code, at: now(), status: "found", name: answer.data.name ?? code, state: answer.data.state })
		return answer
	} catch (problem) {
		const error = problem as Failure
		if (error.kind === "offline" || error.kind === "timeout") remember({ code, at: now(), status: "waiting" })
		else if (error.kind === "missing" || error.kind === "refused") remember({ code, at: now(), status: "unknown", words: error.words })
		throw error
	}
}

let running = false

/** Looks up what was scanned without a connection, in the order of scanning. */
export async function lookUpWaiting(): Promise<void> {
	if (running) return
	running = true
	try {
		for (const scan of [...scansWaiting.value].reverse()) {
			await resolve(scan.code).catch(() => undefined)
			if (isOffline.value) return
		}
	} finally {
		running = false
	}
}

export function forgetScan(code: string): void {
	past.value = past.value.filter((scan) => scan.code !== code)
	keep()
}

function remember(scan: Past): void {
	const others = past.value.filter((one) => one.code !== scan.code && (!scan.name || one.name !== scan.name))
	const waiting = others.filter((one) => one.status === "waiting")
	past.value = [scan, ...others].slice(0, Math.max(KEPT, waiting.length + 1))
	keep()
}

function keep(): void {
	localStorage.setItem(STORE, JSON.stringify(past.value))
}

function now(): string {
	return new Date().toISOString()
}

/** A number for a case that has no label yet. */
export const newSscc = (): Promise<string> => post("med_trace.api.distribution.new_sscc")

/** A Delivery Note that brought a lot to somebody, and how much of it has not come back. */
export interface Shipment {
	delivery: string
	consignee: string
	consignee_name: string
	at: string
	quantity: number
}

export const shipments = (lot: string, unit?: string): Promise<Shipment[]> => get("med_trace.api.distribution.shipments", { lot, unit })

/** The draft of the Delivery Note that takes it back. */
export const startReturn = (given: { delivery: string; lot: string; unit?: string; quantity?: string }): Promise<string> => post("med_trace.api.distribution.start_return", given)
