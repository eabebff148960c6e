import { expect, it } from "vitest"
import { asked, blank, fromQuery, inWords, KINDS, missing, MISSING, toQuery, type Criterion, type Kind } from "./criteria"

const row = (criterion: Kind, more: Partial<Criterion> = {}): Criterion => ({ ...blank(criterion), ...more })

it.each([
	[row("Lot"), "Enter what to look for."],
	[row("Lot", { value: "  " }), "Enter what to look for."],
	[row("Lot", { value: "SC-1" }), ""],
	[row("Time Window"), "Enter a beginning, an end or both."],
	[row("Time Window", { from_time: "2026-11-20T10:00" }), ""],
	[row("Time Window", { from_time: "2026-11-20T12:00", to_time: "2026-11-20T10:00" }), "The beginning is after the end."],
	[row("Parameter", { value: "Melt" }), "Enter a lowest value, a highest value or both."],
	[row("Parameter", { value: "Melt", minimum: "1,5" }), "Enter numbers, with a point for the decimals."],
	[row("Parameter", { value: "Melt", minimum: "9", maximum: "8.5" }), "The lowest value is above the highest."],
	[row("Parameter", { value: "Melt", minimum: "-9", maximum: "8.5" }), ""],
])("%o: %s", (one, words) => {
	expect(missing(one)).toBe(words)
	if (words) expect(MISSING).toContain(words)
})

it("the server is asked only with what a kind uses and what is filled in", () => {
	const rows = [
		row("Cavity", { value: " 5 ", from_time: "2026-11-20T10:00", minimum: "3" }),
		row("Time Window", { value: "left over", from_time: "2026-11-20T10:00", to_time: "" }),
		row("Parameter", { value: "Melt", maximum: "255.5" }),
		row("Lot"),
	]
	expect(asked(rows)).toEqual([
		{ criterion: "Cavity", value: "5" },
		{ criterion: "Time Window", from_time: "2026-11-20 10:00:00" },
		{ criterion: "Parameter", value: "Melt", maximum: "255.5" },
	])
})

it("an address gives back what it was made from", () => {
	const rows = KINDS.map((kind) => row(kind, { value: kind === "Time Window" ? "" : "A & B = ü", to_time: "2026-11-20T10:00" }))
	expect(fromQuery(toQuery(rows))).toEqual(rows)
})

it.each(["", "nonsense", "[1,2]", '[["Colour","red"]]', '{"a":1}', undefined, null, '[["Lot",5]]'])("a broken address %s is an empty row", (text) => {
	expect(fromQuery(text)).toEqual([blank()])
})

it("conditions of one kind are alternatives, kinds must all hold", () => {
	const rows = asked([row("Cavity", { value: "5" }), row("Tool", { value: "T" }), row("Cavity", { value: "6" })])
	expect(inWords(rows, (one) => `${one.criterion} ${one.value}`, "and", "or")).toBe("(Cavity 5 or Cavity 6) and Tool T")
	expect(inWords(rows.slice(0, 1), (one) => `${one.value}`, "and", "or")).toBe("5")
})
