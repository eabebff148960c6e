/** What was typed into a record, as changes from what stood there: the form of the server's domain/changes.py. */

export interface Change {
	place: string
	was: unknown
	now: unknown
}

/** Nothing is nothing however it is written, the number 5 is "5.0", but the text "05" is not "5". */
export function isSame(one: unknown, other: unknown): boolean {
	if (isNothing(one) || isNothing(other)) return isNothing(one) && isNothing(other)
	if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((value, index) => isSame(value, other[index]))
	if (isObject(one) && isObject(other)) return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => isSame(one[key], other[key]))
	if (typeof one === "string" && typeof other === "string") return one.trim() === other.trim()
	const [number, another] = [Number(one), Number(other)]
	return Number.isFinite(number) && Number.isFinite(another) ? number === another : String(one) === String(other)
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === "string" && !value.trim())
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null
}

/** What stands at a place once everything that waits is done. */
export function standing(place: string, onServer: unknown, waiting: Change[][]): unknown {
	const entered = waiting.flat().findLast((change) => change.place === place)
	return entered ? entered.now : onServer
}

/** One entry in place of two that follow each other; what comes back to where it began is left out. */
export function merged(earlier: Change[], later: Change[]): Change[] {
	const all = new Map(earlier.map((change) => [change.place, change]))
	for (const change of later) all.set(change.place, { ...change, was: (all.get(change.place) ?? change).was })
	return [...all.values()].filter((change) => !isSame(change.was, change.now))
}
