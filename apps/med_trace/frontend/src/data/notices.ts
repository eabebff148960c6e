/** What the person who looks was told: Frappe's Notification Logs, each seen by its person alone. */
import { boot } from "./boot"
import { count, list, type Filter } from "./records"
import { post } from "./server"

export interface Notice {
	name: string
	subject: string
	creation: string
	document_type: string
	document_name: string
}

const LOG = "Notification Log"
const SHOWN = 5
const door = "frappe.desk.doctype.notification_log.notification_log"

/** How many are unread, and the newest of them. */
export async function unreadNotices(): Promise<{ count: number; rows: Notice[] }> {
	const filters: Filter[] = [["for_user", "=", boot.user], ["read", "=", 0]]
	const fields = ["name", "subject", "creation", "document_type", "document_name"]
	const [number, rows] = await Promise.all([count(LOG, filters), list<Notice>(LOG, { fields, filters, order_by: "creation desc", limit: SHOWN })])
	return { count: number, rows: rows.map((row) => ({ ...row, subject: plain(row.subject) })) }
}

export const noticeRead = (name: string) => post(`${door}.mark_as_read`, { docname: name }).catch(() => undefined)
export const allNoticesRead = () => post(`${door}.mark_all_as_read`)

/** Frappe keeps subjects as HTML. */
function plain(html: string): string {
	return new DOMParser().parseFromString(html, "text/html").body.textContent?.trim() ?? ""
}
