/** What the page was served with: who looks, in which language, which records he may read. */
import { reactive } from "vue"

export interface Boot {
	user: string
	full_name: string
	roles: string[]
	lang: string
	languages: Record<string, string>
	csrf_token: string
	words: Record<string, string>
	records: string[]
}

function fromPage(): Boot {
	const text = globalThis.document?.getElementById("boot")?.textContent
	const nobody = { user: "", full_name: "", roles: [], lang: "en", languages: { en: "English" }, csrf_token: "", words: {}, records: [] }
	return text ? JSON.parse(text) : nobody
}

export const boot = reactive<Boot>(fromPage())

export function hasRole(...roles: string[]): boolean {
	return roles.some((role) => boot.roles.includes(role))
}

export function mayRead(doctype: string): boolean {
	return boot.records.includes(doctype)
}
