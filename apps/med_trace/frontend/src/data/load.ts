/** One thing that a page loads: its data, that it is under way, or why it failed. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue"
import { asFailure, type Failure } from "./failure"

export interface Load<T> {
	data: ShallowRef<T | undefined>
	error: ShallowRef<Failure | undefined>
	busy: Ref<boolean>
	run: () => Promise<void>
}

/** The newest run decides: an answer that comes late is dropped. Old data stays while new is loaded. */
export function useLoad<T>(fetchIt: () => Promise<T>): Load<T> {
	const data = shallowRef<T>()
	const error = shallowRef<Failure>()
	const busy = ref(false)
	let newest = 0

	async function run(): Promise<void> {
		const mine = ++newest
		busy.value = true
		try {
			const answer = await fetchIt()
			if (mine !== newest) return
			data.value = answer
			error.value = undefined
		} catch (problem) {
			if (mine !== newest) return
			error.value = asFailure(problem)
		} finally {
			if (mine === newest) busy.value = false
		}
	}

	return { data, error, busy, run }
}
