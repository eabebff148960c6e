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
	changes: AuditChange[] | string | null
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

/** Newest first. */
export async function auditEntries(ask: AuditQuestion): Promise<AuditEntry[]> {
	const answer = await get<AuditEntry[] | { rows?: AuditEntry[]; more: boolean }>("med_trace.api.audit.entries", { ...ask })
	return Array.isArray(answer) ? answer : (answer.rows ?? [])
}

export function changesOf(entry: AuditEntry): AuditChange[] {
	if (Array.isArray(entry.changes)) return entry.changes
	try {
		const read = JSON.parse(entry.changes || "[]")
		return Array.isArray(read) ? read : []
	} catch {
		return []
	}
}
