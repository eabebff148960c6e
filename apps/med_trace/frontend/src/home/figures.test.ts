import { expect, it } from "vitest"
import { percent, shown, type Figure, type Speech } from "./figures"

const SPEECH: Speech = {
	t: (text, ...values) => text.replace(/\{(\d)\}/g, (_all, place) => String(values[Number(place)])),
	number: (value) => String(value),
	date: (text) => `day ${text}`,
	day: (text) => text.slice(5),
}
const figure = (more: Partial<Figure>): Figure => ({ figure: "ncr_ages", by: "age", labels: ["0-7", "31-"], series: [], total: 0, ...more })

it("a share is cut, never rounded up to everything", () => {
	expect(percent(9999, 10000)).toBe(99.9)
	expect(percent(5, 5)).toBe(100)
	expect(percent(0, 0)).toBe(0)
})

it("the pass rate is told in a sentence, drawn and tabled by week", () => {
	const found = shown(figure({ figure: "pass_rate", by: "week", labels: ["2026-11-16"], series: [{ name: "Accepted", values: [9] }, { name: "Rejected", values: [1] }], total: 10 }), SPEECH)
	expect(found.headline).toBe("90 % accepted: 9 of 10 inspections in 12 weeks")
	expect(found.bars).toMatchObject({ labels: ["11-16"], stacked: true, horizontal: false })
	expect(found.table).toEqual({ head: ["Week of", "Accepted", "Rejected"], rows: [["day 2026-11-16", "9", "1"]] })
})

it("old ones are named", () => {
	const found = shown(figure({ series: [{ name: "Major", values: [1, 2] }, { name: "Minor", values: [0, 1] }], total: 4 }), SPEECH)
	expect(found.headline).toBe("Open: 4, of them 3 over 30 days")
	expect(found.bars.labels).toEqual(["up to 7 days", "over 30 days"])
})

it("a week without a release is a gap, not a zero", () => {
	const found = shown(figure({ figure: "release_waiting", by: "week", labels: ["a", "b"], series: [{ name: "Days", values: [2.54, null] }], counts: [3, 0], total: 3 }), SPEECH)
	expect(found.headline).toBe("2.5 days at the median of the last week with a release")
	expect(found.table.rows).toEqual([["day a", "2.54", "3"], ["day b", "–", "0"]])
})

it("machines of very different size are compared by their shares", () => {
	const found = shown(figure({ figure: "machine_yield", by: "name", labels: ["A", "B"], series: [{ name: "Good", values: [9, 6000] }, { name: "Rework", values: [0, 0] }, { name: "Scrap", values: [1, 0] }], total: 6010, more: 2 }), SPEECH)
	expect(found.bars.series.map((one) => one.values)).toEqual([[90, 100], [0, 0], [10, 0]])
	expect(found.headline).toBe("99.9 % good of 6010 pieces in 30 days · 2 more machines are left out")
	expect(found.table.rows[0]).toEqual(["A", "9", "0", "1", "90 %"])
})

it("nothing to count is nothing to draw", () => {
	expect(shown(figure({}), SPEECH)).toMatchObject({ isEmpty: true, headline: "" })
	expect(shown(figure({ figure: "machine_yield", by: "name", labels: [], series: [] }), SPEECH).isEmpty).toBe(true)
})
