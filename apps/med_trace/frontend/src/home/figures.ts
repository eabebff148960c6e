/** From the figures of the server to what a chart and its table show. Knows nothing of Vue. */
import type { BarSpec } from "../components/charts/options"

export interface Figure {
	figure: string
	by: "week" | "age" | "name"
	labels: string[]
	series: { name: string; values: (number | null)[] }[]
	total: number
	counts?: number[]
	more?: number
	titles?: string[]
}

/** What the reader's language brings: texts, numbers, dates. */
export interface Speech {
	t: (text: string, ...values: unknown[]) => string
	number: (value: unknown) => string
	date: (text: string) => string
	/** A date without its year, for an axis. */
	day: (text: string) => string
}

export interface Shown {
	/** The figure in one sentence. */
	headline: string
	/** Nothing to draw. */
	isEmpty: boolean
	bars: BarSpec
	table: { head: string[]; rows: string[][] }
}

const COLOURS: Record<string, string> = {
	Accepted: "#15803d", Rejected: "#b91c1c", Critical: "#991b1b", Major: "#c2410c", Minor: "#4b5563", "Accounted for": "#15803d", Outstanding: "#b91c1c",
}
const AGES: Record<string, string> = { "0-7": "up to 7 days", "8-14": "8 to 14 days", "15-30": "15 to 30 days", "31-": "over 30 days" }
export const AGE_TEXTS = Object.values(AGES)

export function shown(figure: Figure, speech: Speech): Shown {
	if (figure.figure === "machine_yield") return yieldOf(figure, speech)
	const { t, number } = speech
	const labels = labelsOf(figure, speech)
	const series = figure.series.map((one) => ({ name: t(one.name), values: one.values, colour: COLOURS[one.name] }))
	const head = [t(HEADS[figure.by]), ...series.map((one) => one.name), ...(figure.counts ? [t("Releases")] : [])]
	const rows = labels.map((label, place) => [label, ...series.map((one) => show(one.values[place], number)), ...(figure.counts ? [number(figure.counts[place])] : [])])
	return {
		headline: headline(figure, speech),
		isEmpty: !figure.total,
		bars: { labels: figure.by === "week" ? figure.labels.map(speech.day) : labels, series, stacked: series.length > 1, horizontal: figure.by === "name", unit: figure.figure === "release_waiting" ? "d" : undefined, format: (value) => number(value) },
		table: { head, rows },
	}
}

const HEADS = { week: "Week of", age: "Age", name: "Name" } as const
const show = (value: number | null | undefined, number: Speech["number"]) => (value === null || value === undefined ? "–" : number(value))

function labelsOf(figure: Figure, { t, date }: Speech): string[] {
	if (figure.by === "week") return figure.labels.map(date)
	if (figure.by === "age") return figure.labels.map((label) => t(AGES[label] ?? label))
	return figure.titles ?? figure.labels
}

const sum = (values: (number | null)[] | undefined) => (values ?? []).reduce<number>((total, value) => total + (value ?? 0), 0)
const valuesOf = (figure: Figure, name: string) => figure.series.find((one) => one.name === name)?.values

/** A part of a whole in percent, cut: 99.96 % is not everything. */
export function percent(part: number, whole: number): number {
	return whole > 0 ? Math.floor((1000 * part) / whole) / 10 : 0
}

function headline(figure: Figure, { t, number }: Speech): string {
	if (!figure.total) return ""
	switch (figure.figure) {
		case "pass_rate": {
			const good = sum(valuesOf(figure, "Accepted"))
			return t("{0} % accepted: {1} of {2} inspections in 12 weeks", number(percent(good, figure.total)), number(good), number(figure.total))
		}
		case "ncr_ages": {
			const old = figure.series.reduce((total, one) => total + (one.values.at(-1) ?? 0), 0)
			return t("Open: {0}, of them {1} over 30 days", number(figure.total), number(old))
		}
		case "quarantine_ages": {
			const old = figure.series.reduce((total, one) => total + (one.values.at(-1) ?? 0), 0)
			return t("In quarantine: {0}, of them {1} over 30 days", number(figure.total), number(old))
		}
		case "release_waiting": {
			const days = figure.series[0].values
			const last = days.findLast((value) => value !== null)
			return t("{0} days at the median of the last week with a release", number(Math.round((last ?? 0) * 10) / 10))
		}
		case "recall_progress": {
			const done = sum(valuesOf(figure, "Accounted for"))
			const all = done + sum(valuesOf(figure, "Outstanding"))
			return t("{0} % of what was shipped is accounted for", number(percent(done, all)))
		}
		default:
			return ""
	}
}

/** Machines make very different numbers of pieces: the bars are shares, the table has the pieces. */
function yieldOf(figure: Figure, { t, number }: Speech): Shown {
	const [good, rework, scrap] = ["Good", "Rework", "Scrap"].map((name) => valuesOf(figure, name) ?? [])
	const whole = figure.labels.map((_label, place) => (good[place] ?? 0) + (rework[place] ?? 0) + (scrap[place] ?? 0))
	const share = (values: (number | null)[]) => whole.map((all, place) => percent(values[place] ?? 0, all))
	const all = sum(whole)
	return {
		headline: all ? t("{0} % good of {1} pieces in 30 days", number(percent(sum(good), all)), number(all)) + (figure.more ? ` · ${t("{0} more machines are left out", number(figure.more))}` : "") : "",
		isEmpty: !figure.labels.length,
		bars: {
			labels: figure.labels,
			horizontal: true,
			stacked: true,
			maximum: 100,
			unit: "%",
			series: [
				{ name: t("Good"), values: share(good), colour: "#15803d" },
				{ name: t("Rework"), values: share(rework), colour: "#b45309" },
				{ name: t("Scrap"), values: share(scrap), colour: "#b91c1c" },
			],
			format: (value) => `${number(value)} %`,
		},
		table: {
			head: [t("Equipment"), t("Good"), t("Rework"), t("Scrap"), t("Yield")],
			rows: figure.labels.map((label, place) => [label, number(good[place]), number(rework[place]), number(scrap[place]), `${number(percent(good[place] ?? 0, whole[place]))} %`]),
		},
	}
}
