/** What a chart looks like, from figures to an option of echarts. Colour is never the only sign: bars carry patterns. Knows nothing of Vue. */
import type { EChartsCoreOption } from "echarts/core"

export interface Series {
	name: string
	values: (number | null)[]
	colour?: string
}

export interface BarSpec {
	labels: string[]
	series: Series[]
	/** Side by side labels that are long read better on the left. */
	horizontal?: boolean
	stacked?: boolean
	unit?: string
	maximum?: number
	format: (value: number) => string
}

export const PALETTE = ["#0f4c81", "#15803d", "#b45309", "#b91c1c", "#6d28d9", "#0e7490"]
const INK = "#374151"
const LINE = "#d1d5db"
const PATTERNS = [
	{ symbol: "none" },
	{ symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 5], rotation: -Math.PI / 4, color: "rgba(255,255,255,.45)" },
	{ symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [5, 0], symbolSize: 0.7, color: "rgba(255,255,255,.5)" },
	{ symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: 0, color: "rgba(255,255,255,.45)" },
	{ symbol: "triangle", dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0], color: "rgba(255,255,255,.45)" },
	{ symbol: "rect", dashArrayX: [[4, 4]], dashArrayY: [4, 4], color: "rgba(255,255,255,.4)" },
]

const base = (format: (value: number) => string, isShared: boolean) => ({
	animation: false,
	color: PALETTE,
	textStyle: { color: INK, fontFamily: "inherit" },
	tooltip: { trigger: "axis", confine: true, axisPointer: { type: "shadow" }, valueFormatter: (value: number | null) => (value === null || value === undefined ? "–" : format(value)) },
	grid: { left: 8, right: 16, top: isShared ? 36 : 12, bottom: 4, containLabel: true },
	legend: isShared ? { top: 0, left: 0, itemHeight: 12, textStyle: { color: INK } } : { show: false },
})

export function barOption(spec: BarSpec): EChartsCoreOption {
	const names = { type: "category", data: spec.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK, ...(spec.horizontal ? { width: 140, overflow: "truncate" } : { hideOverlap: true }) }, inverse: spec.horizontal }
	const amounts = { type: "value", max: spec.maximum, minInterval: spec.unit ? undefined : 1, splitLine: { lineStyle: { color: "#e5e7eb" } }, axisLabel: { color: INK, formatter: spec.format } }
	return {
		...base(spec.format, spec.series.length > 1),
		xAxis: spec.horizontal ? amounts : names,
		yAxis: spec.horizontal ? names : amounts,
		series: spec.series.map((one, place) => ({ type: "bar", name: one.name, data: one.values, stack: spec.stacked ? "all" : undefined, barMaxWidth: 32, itemStyle: { color: one.colour, decal: spec.series.length > 1 ? PATTERNS[place % PATTERNS.length] : undefined } })),
	}
}
