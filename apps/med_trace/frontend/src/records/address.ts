/** Filters, order and page of a list as the query of its address, and back. Knows nothing of Vue. */
import type { Filter } from "../data/records"

export const OPERATORS = { "=": "is", "!=": "is not", like: "contains", ">": "above", "<": "below", in: "is one of", set: "is filled", "not set": "is empty" } as const
export type Operator = keyof typeof OPERATORS

export interface Condition {
	field: string
	operator: Operator
	value: string
}

export interface ListState {
	conditions: Condition[]
	sort: string
	descending: boolean
	page: number
	/** Fieldnames of the columns, where they were chosen. */
	columns?: string[]
}

type Query = Record<string, string | null | (string | null)[] | undefined>

const MARKS: [mark: string, operator: Operator][] = [
	["!=", "!="], ["~", "like"], [">", ">"], ["<", "<"], ["|", "in"], ["*", "set"], ["-", "not set"], ["=", "="],
]

/** `?state=Quarantine&on_hand=>0&_sort=-modified&_page=2` */
export function fromQuery(query: Query): ListState {
	const state: ListState = { conditions: [], sort: "modified", descending: true, page: 1 }
	for (const [key, given] of Object.entries(query)) {
		const value = String((Array.isArray(given) ? given[0] : given) ?? "")
		if (key === "_sort" && value) Object.assign(state, { sort: value.replace(/^-/, ""), descending: value.startsWith("-") })
		else if (key === "_columns" && value) state.columns = value.split(",")
		else if (key === "_page") state.page = Math.max(1, Math.floor(Number(value)) || 1)
		else if (!key.startsWith("_")) state.conditions.push(condition(key.replace(/\.\d+$/, ""), value))
	}
	return state
}

function condition(field: string, text: string): Condition {
	const [mark, operator] = MARKS.find(([mark, operator]) => (isBare(operator) ? text === mark : text.startsWith(mark))) ?? ["", "="]
	return { field, operator: operator as Operator, value: isBare(operator as Operator) ? "" : text.slice(mark.length) }
}

export function isBare(operator: Operator): boolean {
	return operator === "set" || operator === "not set"
}

export function toQuery(state: ListState): Record<string, string> {
	const query: Record<string, string> = {}
	for (const one of state.conditions) query[nameIn(query, one.field)] = written(one)
	const sort = (state.descending ? "-" : "") + state.sort
	if (sort !== "-modified") query._sort = sort
	if (state.columns?.length) query._columns = state.columns.join(",")
	if (state.page > 1) query._page = String(state.page)
	return query
}

/** A field with two conditions (from, to) is written twice: `on_hand` and `on_hand.2`. */
function nameIn(query: Record<string, string>, field: string): string {
	let name = field
	for (let more = 2; name in query; more++) name = `${field}.${more}`
	return name
}

function written({ operator, value }: Condition): string {
	const mark = MARKS.find(([, one]) => one === operator)![0]
	if (isBare(operator)) return mark
	if (operator === "=") return MARKS.some(([one]) => value.startsWith(one)) ? `=${value}` : value
	return mark + value
}

export function toFilters(conditions: Condition[]): Filter[] {
	return conditions.map(({ field, operator, value }): Filter => {
		if (isBare(operator)) return [field, "is", operator]
		if (operator === "like") return [field, "like", `%${value}%`]
		if (operator === "in") return [field, "in", value.split("|")]
		return [field, operator, value]
	})
}
