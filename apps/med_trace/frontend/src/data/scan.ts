/** What a code means. */
import { get } from "./server"

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
	gs1: { gtin: string | null; lot: string | null; serial: string | null; expiry: string | null; produced: string | null; sscc: string | null } | null
	matched: string | null
	actions: string[]
	candidates: { doctype: string; name: string; kind: string; item: string; item_name: string; state: string; lot: string | null; matched: string }[]
	contents: { container: string; lot: string; item_code: string; serial_unit: string | null; quantity: number }[]
	warnings: string[]
}

export function resolve(code: string): Promise<Found> {
	return get<Found>("med_trace.api.scan.resolve", { code })
}
