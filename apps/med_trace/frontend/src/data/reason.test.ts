import { expect, it, vi } from "vitest"
import { Failure } from "./failure"
import { question, withReason } from "./reason"

const refusal = () => new Failure("refused", ["Say why."], 417, "ReasonRequired")

it("asks for the reason that the server wants and sends the change again with it", async () => {
	const send = vi.fn(async (reason?: string) => (reason ? `saved: ${reason}` : Promise.reject(refusal())))
	const saved = withReason(send)
	await vi.waitFor(() => expect(question.value?.refusal.words).toEqual(["Say why."]))
	question.value!.answer("typing error")
	expect(await saved).toBe("saved: typing error")
	expect(question.value).toBeUndefined()
})

it("who gives no reason changes nothing", async () => {
	const stopped = withReason(() => Promise.reject(refusal()))
	await vi.waitFor(() => expect(question.value).toBeDefined())
	question.value!.answer(undefined)
	await expect(stopped).rejects.toMatchObject({ kind: "stopped" })
})

it("another refusal is not asked about", async () => {
	await expect(withReason(() => Promise.reject(new Failure("refused", ["No."], 417, "BadInput")))).rejects.toMatchObject({ words: ["No."] })
})
