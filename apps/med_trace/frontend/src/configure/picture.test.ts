import { expect, it } from "vitest"
import { columnsOf, pictureOf } from "./picture"

const STATES = ["Open", "Evaluation", "Closed", "Forgotten"]
const STEPS = [
	{ state: "Open", action: "Begin", next_state: "Evaluation" },
	{ state: "Evaluation", action: "Reopen", next_state: "Open" },
	{ state: "Evaluation", action: "Close", next_state: "Closed" },
	{ state: "Closed", action: "Lost", next_state: "Nowhere" },
]

it("states stand in the order of the steps; what no step reaches stands last", () => {
	expect([...columnsOf(STATES, STEPS)]).toEqual([["Open", 0], ["Evaluation", 1], ["Closed", 2], ["Forgotten", 3]])
})

it("no two boxes lie on each other; steps to unknown states are not drawn", () => {
	const { boxes, arrows } = pictureOf(STATES, STEPS)
	expect(new Set(boxes.map((box) => `${box.x},${box.y}`)).size).toBe(4)
	expect(arrows.map((one) => one.action)).toEqual(["Begin", "Reopen", "Close"])
})

it("an empty workflow is an empty picture", () => expect(pictureOf([], []).boxes).toEqual([]))
