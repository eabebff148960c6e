/** What happened to a record, newest first: from the audit trail where it may be read, else from its versions. Knows nothing of Vue. */
import type { AuditChange, AuditEntry } from "../data/audit"
import type { Comment, Version } from "../data/records"
import { changesOf, type Change } from "./versions"

export interface Happening {
	key: string
	who: string
	when: string
	kind: string
	reason?: string
	text?: string
	changes: Change[]
}

const ROW_FIELD = /^(\w+)\[(\d+)\](?:\.(\w+))?$/

/** `items[2].quantity` is field quantity of row 2 of items; `items[2]` is a whole row. */
export function asChange(change: AuditChange): Change {
	const found = ROW_FIELD.exec(change.field)
	if (!found) return { field: change.field, old: change.old, new: change.new, kind: "changed" }
	const [, table, row, field] = found
	if (field) return { field, table, row: Number(row), old: change.old, new: change.new, kind: "changed" }
	const isAdded = change.old === null || change.old === undefined
	return { field: table, old: change.old, new: change.new, kind: isAdded ? "added" : change.new === null ? "removed" : "changed" }
}

export function happenings(entries: AuditEntry[] | undefined, versions: Version[], comments: Comment[], made: { owner: string; creation: string }): Happening[] {
	const said = comments.map((one): Happening => ({ key: one.name, who: one.owner, when: one.creation, kind: one.comment_type, text: one.content, changes: [] }))
	const all = entries?.length
		? entries.map((one): Happening => ({ key: one.name, who: one.printed_name || one.user, when: one.at, kind: one.kind, reason: one.reason || undefined, changes: one.kind === "Created" ? [] : one.changes.map(asChange) }))
		: versions.map((one): Happening => ({ key: one.name, who: one.owner, when: one.creation, kind: "Changed", changes: changesOf(one) }))
	if (made.creation && !all.some((one) => one.kind === "Created")) all.push({ key: "created", who: made.owner, when: made.creation, kind: "Created", changes: [] })
	return [...all, ...said].sort((one, other) => (one.when < other.when ? 1 : one.when > other.when ? -1 : 0))
}
