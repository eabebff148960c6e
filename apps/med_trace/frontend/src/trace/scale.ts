/** Where a moment stands on the time shown, and which ticks the axis has. Knows nothing of Vue. */
import { parseStamp } from "../format"

export interface Span {
	since: string
	until: string
}

const HOUR = 3_600_000
const STEPS = [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 2 * 24 * HOUR, 7 * 24 * HOUR, 14 * 24 * HOUR, 30 * 24 * HOUR, 91 * 24 * HOUR, 365 * 24 * HOUR]
const MOST_TICKS = 8

const at = (stamp: string) => parseStamp(stamp)?.getTime() ?? 0

/** 0 at the beginning, 100 at the end; a span of no length is its own middle. */
export function percent(stamp: string, { since, until }: Span): number {
	const [begin, end] = [at(since), at(until)]
	return end > begin ? Math.min(100, Math.max(0, (100 * (at(stamp) - begin)) / (end - begin))) : 50
}

/** Round moments, at most nine, as the server writes them. */
export function ticks(span: Span): string[] {
	const [begin, end] = [at(span.since), at(span.until)]
	const step = STEPS.find((one) => (end - begin) / one <= MOST_TICKS) ?? (end - begin) / MOST_TICKS
	const day = new Date(begin)
	const first = new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()
	const found: string[] = []
	for (let moment = first; moment <= end && found.length <= MOST_TICKS + 1; moment += step) {
		if (moment < begin) moment += Math.floor((begin - moment) / step) * step
		if (moment >= begin && moment <= end) found.push(stamped(new Date(moment)))
	}
	return found
}

export function stamped(date: Date): string {
	const two = (value: number) => String(value).padStart(2, "0")
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** Twice as near or half as near, around its middle. */
export function zoomed({ since, until }: Span, factor: number): Span {
	const [begin, end] = [at(since), at(until)]
	const [middle, half] = [(begin + end) / 2, Math.max(HOUR / 2, ((end - begin) / 2) * factor)]
	return { since: stamped(new Date(middle - half)), until: stamped(new Date(middle + half)) }
}

/** Sideways by a part of its length. */
export function moved({ since, until }: Span, part: number): Span {
	const [begin, end] = [at(since), at(until)]
	const by = (end - begin) * part
	return { since: stamped(new Date(begin + by)), until: stamped(new Date(end + by)) }
}
