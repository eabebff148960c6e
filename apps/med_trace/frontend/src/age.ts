/** How long ago, in the largest unit that says it: "3 days". Knows nothing of Vue. */
import { parseStamp } from "./format"

const LOCALES: Record<string, string> = { en: "en-GB", zh: "zh-CN" }
const HOUR = 3_600_000
const DAY = 24 * HOUR

export function daysSince(stamp: string | null | undefined, now: Date = new Date()): number {
	const date = parseStamp(stamp)
	return date ? Math.max(0, Math.floor((now.getTime() - date.getTime()) / DAY)) : 0
}

export function formatAge(stamp: string | null | undefined, lang: string, now: Date = new Date()): string {
	const date = parseStamp(stamp)
	if (!date) return ""
	return formatSpan(now.getTime() - date.getTime(), lang)
}

/** A span of milliseconds in minutes, hours or days. */
export function formatSpan(milliseconds: number, lang: string): string {
	const span = Math.max(0, milliseconds)
	const [many, unit] = span >= 2 * DAY ? [span / DAY, "day"] : span >= HOUR ? [span / HOUR, "hour"] : [span / 60_000, "minute"]
	return new Intl.NumberFormat(LOCALES[lang], { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(Math.floor(many))
}
