/** Operations at the machine. */
import { getKept, type Kept } from "./kept"
import { get, post } from "./server"

const API = "med_trace.api.work"

export interface Operation {
	lot: string
	item_code: string
	item_name: string
	state: string
	on_hand: number
	uom: string
	operation_no: number
	operation_name: string | null
	equipment_type: string | null
	record: string | null
	equipment: string | null
	operator: string | null
	since: string
	refusal: string | null
	/** A rework that an NCR ordered: which operation is repeated is chosen when it begins. */
	rework_ncr: string | null
	choices?: { operation_no: number; operation_name: string }[]
}

export interface Station {
	name: string
	workstation_type: string | null
}

export interface Choice {
	name: string
	reason: string | null
}

export interface ToolChoice {
	name: string
	tool_name: string | null
	tool_type: string
	cavities: number
}

export interface Offer {
	lot: string
	operation_no: number
	operation_name: string
	instructions: string | null
	equipment_type: string | null
	needs_equipment: boolean
	machines: Choice[]
	tools: ToolChoice[]
	operator_reason: string | null
	refusal: string | null
	record: string | null
}

export interface Parameter {
	parameter: string
	uom: string | null
	target: string | null
	lower_limit: string | null
	lower_warning: string | null
	upper_warning: string | null
	upper_limit: string | null
	critical: number
	judgement: string | null
	recorded_at: string | null
	series_file: string | null
	value: number | null
	minimum: number | null
	maximum: number | null
}

export interface Material {
	row: string
	lot: string
	serial_unit: string | null
	quantity: number
	uom: string | null
	item_code: string
	item_name: string
	state: string
	expiry_date: string | null
	cavity: string | null
	/** The one piece that it went into. */
	into_unit: string | null
}

export interface Output {
	cavity: string | null
	quantity: number | null
	serial_numbers: string | null
	made_from: string | null
	made_to: string | null
}

export interface Sheet {
	name: string
	lot: string
	item_code: string
	item_name: string
	state: string
	uom: string
	on_hand: number
	routing: string
	operation_no: number
	operation_name: string
	instructions: string | null
	equipment: string | null
	equipment_type: string | null
	needs_equipment: boolean
	machines: Choice[]
	tool: string | null
	tools: ToolChoice[]
	cavities: number
	operator: string
	shift: string | null
	started_at: string
	finished_at: string | null
	completes_operation: number
	rework_ncr: string | null
	quantity_in: number | null
	quantity_good: number | null
	quantity_rework: number | null
	quantity_scrap: number | null
	quantity_sampled: number | null
	scrapped_serials: string | null
	sampled_serials: string | null
	remarks: string | null
	docstatus: number
	makes: boolean
	is_last: boolean
	available: number | string | null
	parameters: Parameter[]
	materials: Material[]
	outputs: Output[]
	refusal: string | null
}

export interface Followed {
	record: string
	lot: string
	state: string
	ncr: string | null
	out_of_specification: string[]
	next: { operation_no: number; operation_name: string } | null
	inspection_first: boolean
}

export interface Scanned {
	lot: string
	serial_unit: string | null
	item: string
	item_name: string
	uom: string
	free: number
	expiry: string | null
	/** The cavities that made it, where that is known. */
	cavities: string[]
	/** A piece of the lot that is made here: what is scanned next goes into it. */
	is_product: boolean
}

export const operations = (asked: { equipment_type?: string; lot?: string }): Promise<Kept<{ operations: Operation[]; more: boolean }>> => getKept(`${API}.waiting`, asked)
export const stations = (): Promise<Kept<Station[]>> => getKept(`${API}.stations`)
export const products = (): Promise<{ item_code: string; item_name: string; routing: string }[]> => get(`${API}.products`)
export const offer = (lot: string, operation_no: number, rework_ncr?: string): Promise<Offer> => get(`${API}.offer`, { lot, operation_no, rework_ncr })
export const start = (lot: string, operation_no: number, given: { equipment?: string; tool?: string; rework_ncr?: string }): Promise<Sheet> => post(`${API}.start`, { lot, operation_no, ...given })
export const material = (record: string, code: string, quantity?: number): Promise<Scanned> => get(`${API}.material`, { record, code, quantity })
export const discardWork = (record: string, reason: string): Promise<string> => post(`${API}.discard`, { record, reason })
export const startLot = (item_code: string, lot_no?: string): Promise<string> => post("med_trace.api.lots.start_lot", { item_code, lot_no })
