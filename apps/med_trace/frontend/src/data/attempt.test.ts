import { describe, expect, it } from "vitest"
import { useAttempt } from "./attempt"
import { Failure } from "./failure"

const refusal = new Failure("refused", ["The lot is on hold."])

describe("an attempt", () => {
	it("is under way until its work is done, and says which it is", async () => {
		const { busy, step, run } = useAttempt()
		const done = run(async () => expect(busy.value).toBe(true), { step: "seal" })
		expect(step.value).toBe("seal")
		expect(await done).toBe(true)
		expect(busy.value).toBe(false)
	})

	it("is made once, however often the button is pressed", async () => {
		const { run } = useAttempt()
		let count = 0
		const work = async () => void count++
		expect(await Promise.all([run(work), run(work)])).toEqual([true, false])
		expect(count).toBe(1)
	})

	it("keeps why it failed until the next, and lets the page follow it up", async () => {
		const { busy, error, run } = useAttempt()
		const seen: string[] = []
		expect(await run(() => Promise.reject(refusal), { refused: (failed) => seen.push(`${failed.words[0]} ${busy.value}`) })).toBe(false)
		expect(error.value).toBe(refusal)
		expect(seen).toEqual(["The lot is on hold. true"])
		await run(async () => undefined)
		expect(error.value).toBeUndefined()
	})

	it("says nothing of what the person stopped himself", async () => {
		const { error, run } = useAttempt()
		expect(await run(() => Promise.reject(new Failure("stopped", [])))).toBe(false)
		expect(error.value).toBeUndefined()
	})

	it("makes a failure of whatever was thrown", async () => {
		const { error, run } = useAttempt()
		await run(() => Promise.reject(new TypeError("x is no function")))
		expect(error.value).toMatchObject({ kind: "server", words: ["TypeError: x is no function"] })
	})
})
