import { expect, it } from "vitest"
import { daysSince, formatAge, formatSpan } from "./age"

const NOW = new Date(2026, 10, 22, 12, 0, 0)

it.each([
	["2026-11-22 11:59:30", "0 minutes"],
	["2026-11-22 11:20:00", "40 minutes"],
	["2026-11-21 13:00:00", "23 hours"],
	["2026-11-21 11:00:00", "25 hours"],
	["2026-11-20 11:00:00", "2 days"],
	["2026-11-23 11:00:00", "0 minutes"], // a clock that is ahead is no negative age
	["", ""],
])("%s is %s old", (stamp, words) => {
	expect(formatAge(stamp, "en", NOW)).toBe(words)
})

it("the reader's language", () => {
	expect(formatSpan(3 * 86_400_000, "zh")).toBe("3天")
})

it("days are whole days that have passed", () => {
	expect(daysSince("2026-11-21 13:00:00", NOW)).toBe(0)
	expect(daysSince("2026-11-15 12:00:00", NOW)).toBe(7)
	expect(daysSince(null, NOW)).toBe(0)
})
