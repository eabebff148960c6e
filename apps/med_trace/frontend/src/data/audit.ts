/** The audit trail: who did what, when, why, with old and new values. */
import { get } from "./server"

export interface AuditChange {
	/** A field, or one of a row: items[2].quantity */
	field: string
	label?: string
	old: unknown
	new: unknown
}

export interface AuditEntry {
	name: string
	kind: string
	category: string
	at: string
	utc: string
	user: string
	printed_name?: string
	document_type?: string
	document_name?: string
	reason?: string
	changes: AuditChange[]
}

export interface AuditQuestion {
	document_type?: string
	document_name?: string
	user?: string
	kind?: string
	category?: string
	start?: number
	limit?: number
}

export interface AuditPage {
	rows: AuditEntry[]
	/** Whether there are earlier ones. */
	more: boolean
}

/** Newest first. */
export function auditEntries(ask: AuditQuestion): Promise<AuditPage> {
	return get<AuditPage>("med_trace.api.audit.entries", { ...ask })
}
