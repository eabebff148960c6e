import { expect, it } from "vitest"
import { formatDate, formatMoment, formatNumber, isExpired } from "./format"

it("a moment of the server keeps its digits in any time zone", () => {
	expect(formatMoment("2026-11-22 05:17:19.909915", "en")).toBe("22 Nov 2026 05:17")
	expect(formatMoment("2026-11-22 05:17:19", "zh")).toBe("2026年11月22日 05:17")
})

it("dates follow the language", () => {
	expect(formatDate("2031-11-10", "en")).toBe("10 Nov 2031")
	expect(formatDate("2031-11-10", "zh")).toBe("2031年11月10日")
})

it("nothing is shown for what is no date or number", () => {
	expect([formatDate(null, "en"), formatMoment("soon", "en"), formatNumber("", "en"), formatNumber(null, "en")]).toEqual(["", "", "", ""])
})

it("numbers have separators and no zeros at the end", () => {
	expect(formatNumber(12345.5, "en")).toBe("12,345.5")
	expect(formatNumber("0.650000", "en")).toBe("0.65")
	expect(formatNumber(0, "en")).toBe("0")
})

it("a lot is usable on its expiry date, not after it", () => {
	const today = new Date(2026, 10, 22, 23, 0)
	expect(isExpired("2026-11-22", today)).toBe(false)
	expect(isExpired("2026-11-21", today)).toBe(true)
	expect(isExpired(null, today)).toBe(false)
})
