/** Dates, numbers and quantities as the reader writes them. Knows nothing of Vue. */

const LOCALES: Record<string, string> = { en: "en-GB", zh: "zh-CN" }
const STAMP = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?/

/** A date of the server (site time, no zone) as a Date of this device that shows the same digits. */
export function parseStamp(text: string | null | undefined): Date | null {
	const found = STAMP.exec(text ?? "")
	if (!found) return null
	const [year, month, day, hour = 0, minute = 0, second = 0] = found.slice(1).map((part) => Number(part ?? 0))
	return new Date(year, month - 1, day, hour, minute, second)
}

export function formatDate(text: string | null | undefined, lang: string): string {
	const date = parseStamp(text)
	return date ? date.toLocaleDateString(LOCALES[lang], { year: "numeric", month: "short", day: "numeric" }) : ""
}

/** A date without its year, where the place is small and the year is plain. */
export function formatDay(text: string | null | undefined, lang: string): string {
	return parseStamp(text)?.toLocaleDateString(LOCALES[lang], { month: "short", day: "numeric" }) ?? ""
}

export function formatMoment(text: string | null | undefined, lang: string): string {
	const date = parseStamp(text)
	if (!date) return ""
	const time = date.toLocaleTimeString(LOCALES[lang], { hour: "2-digit", minute: "2-digit", hour12: false })
	return `${formatDate(text, lang)} ${time}`
}

/** Up to six decimals, without zeros at the end; empty for what is no number. */
export function formatNumber(value: unknown, lang: string): string {
	const number = typeof value === "string" && value.trim() ? Number(value) : value
	if (typeof number !== "number" || !Number.isFinite(number)) return ""
	return number.toLocaleString(LOCALES[lang], { maximumFractionDigits: 6 })
}

export function isExpired(expiry: string | null | undefined, today: Date = new Date()): boolean {
	const date = parseStamp(expiry)
	return !!date && date < new Date(today.getFullYear(), today.getMonth(), today.getDate())
}
