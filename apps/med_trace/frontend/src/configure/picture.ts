/** Places the states of a workflow in columns, in the order of its steps. Knows nothing of Vue. */

export interface Step {
	state: string
	next_state: string
	action: string
}

export interface Placed {
	state: string
	x: number
	y: number
}

export interface Arrow {
	path: string
	action: string
	x: number
	y: number
}

export const BOX = { width: 150, height: 44, gapX: 140, gapY: 40 }

/** Steps from the first state give the column; states that no step reaches stand in the last one. */
export function columnsOf(states: string[], steps: Step[]): Map<string, number> {
	const found = new Map<string, number>(states.length ? [[states[0], 0]] : [])
	const waiting = states.slice(0, 1)
	while (waiting.length) {
		const state = waiting.shift()!
		for (const step of steps.filter((one) => one.state === state && states.includes(one.next_state) && !found.has(one.next_state))) {
			found.set(step.next_state, found.get(state)! + 1)
			waiting.push(step.next_state)
		}
	}
	const last = Math.max(0, ...found.values()) + 1
	for (const state of states) if (!found.has(state)) found.set(state, last)
	return found
}

export function pictureOf(states: string[], steps: Step[]): { boxes: Placed[]; arrows: Arrow[]; width: number; height: number } {
	const columns = columnsOf(states, steps)
	const filled: number[] = []
	const boxes = states.map((state): Placed => {
		const column = columns.get(state)!
		filled[column] = (filled[column] ?? 0) + 1
		return { state, x: 20 + column * (BOX.width + BOX.gapX), y: 30 + (filled[column] - 1) * (BOX.height + BOX.gapY) }
	})
	const at = new Map(boxes.map((box) => [box.state, box]))
	const drawn = steps.filter((step) => at.has(step.state) && at.has(step.next_state) && step.state !== step.next_state)
	const arrows = drawn.map((step, index) => arrow(at.get(step.state)!, at.get(step.next_state)!, step.action, drawn.slice(0, index).filter((one) => sameWay(one, step)).length))
	const width = Math.max(0, ...boxes.map((box) => box.x)) + BOX.width + 20
	const height = Math.max(0, ...boxes.map((box) => box.y)) + BOX.height + 70
	return { boxes, arrows, width, height }
}

function sameWay(one: Step, other: Step): boolean {
	return one.state === other.state && one.next_state === other.next_state
}

function arrow(from: Placed, to: Placed, action: string, nth: number): Arrow {
	const half = BOX.height / 2
	if (to.x > from.x) {
		const start = { x: from.x + BOX.width, y: from.y + half }
		const end = { x: to.x, y: to.y + half }
		const bend = (end.x - start.x) / 2
		return { path: `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`, action, x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 - 6 - nth * 14 }
	}
	// Back, or within a column: below the boxes.
	const start = { x: from.x + BOX.width / 2, y: from.y + BOX.height }
	const end = { x: to.x + BOX.width / 2, y: to.y + BOX.height }
	const deep = Math.max(start.y, end.y) + 34 + nth * 14
	return { path: `M${start.x} ${start.y}C${start.x} ${deep} ${end.x} ${deep} ${end.x} ${end.y}`, action, x: (start.x + end.x) / 2, y: deep - 2 }
}
