/** A run chart as numbers: points on a picture of 100 by 40, limits as lines. Knows nothing of Vue. */
import { compare, parseNumber } from "./decimal"

export interface Run {
	/** "x,y x,y …" of what was measured before, and of the present record. */
	before: string
	now: string
	points: { x: number; y: number; isOut: boolean; isNow: boolean }[]
	lines: { y: number; kind: "limit" | "nominal" }[]
}

const WIDTH = 100
const HEIGHT = 40

export function runOf(earlier: number[], present: (number | null)[], lower?: string | null, upper?: string | null, nominal?: string | null): Run {
	const now = present.filter((value) => typeof value === "number")
	const values = [...earlier, ...now]
	const lines = [lower, upper, nominal].map((limit) => parseNumber(limit)).map((limit) => (typeof limit === "number" ? limit : null))
	const all = [...values, ...lines.filter((one) => one !== null)]
	if (!values.length) return { before: "", now: "", points: [], lines: [] }
	const [low, high] = [Math.min(...all), Math.max(...all)]
	const room = (high - low || Math.abs(high) || 1) * 0.12
	const y = (value: number) => round(HEIGHT - ((value - low + room) / (high - low + 2 * room)) * HEIGHT)
	const x = (index: number) => round(values.length === 1 ? WIDTH / 2 : 3 + (index / (values.length - 1)) * (WIDTH - 6))
	const isOut = (value: number) => (lines[0] !== null && compare(value, lower!) < 0) || (lines[1] !== null && compare(value, upper!) > 0)
	const points = values.map((value, index) => ({ x: x(index), y: y(value), isOut: isOut(value), isNow: index >= earlier.length }))
	const path = (some: typeof points) => some.map((point) => `${point.x},${point.y}`).join(" ")
	return {
		before: path(points.slice(0, earlier.length)),
		now: path(points.slice(Math.max(earlier.length - 1, 0))),
		points,
		lines: lines.flatMap((limit, index) => (limit === null ? [] : [{ y: y(limit), kind: index === 2 ? ("nominal" as const) : ("limit" as const) }])),
	}
}

function round(value: number): number {
	return Math.round(value * 100) / 100
}
