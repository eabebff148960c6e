/** The reason of a change of regulated fields: asked for when the server wants it, and sent again with it. */
import { shallowRef } from "vue"
import { Failure } from "./failure"

interface Question {
	/** The server's words: which fields, and why they are regulated. */
	refusal: Failure
	answer: (reason: string | undefined) => void
}

/** The question that ReasonDialog.vue shows; there is at most one. */
export const question = shallowRef<Question>()

/**
 * Sends a change; asks for its reason when the server answers ReasonRequired, and sends it again with the answer.
 * Throws Failure "stopped" when the person does not give one: nothing was changed.
 */
export async function withReason<T>(send: (reason: string | undefined) => Promise<T>, given?: string): Promise<T> {
	try {
		return await send(given)
	} catch (problem) {
		if (!(problem instanceof Failure) || problem.code !== "ReasonRequired") throw problem
		const reason = await ask(problem)
		if (!reason) throw new Failure("stopped", [])
		return withReason(send, reason)
	}
}

/** Asks for a reason before a change is sent; undefined: the person went back. `words` say what is changed. */
export function askReason(words: string[]): Promise<string | undefined> {
	return ask(new Failure("refused", words))
}

function ask(refusal: Failure): Promise<string | undefined> {
	return new Promise((resolve) => {
		question.value = {
			refusal,
			answer: (reason) => {
				question.value = undefined
				resolve(reason)
			},
		}
	})
}
