/** One thing that a person asks the page to do: that it is under way, and why it did not work. */
import { computed, ref, shallowRef } from "vue"
import { asFailure, type Failure } from "./failure"

interface How {
	/** Which of several things it is, where the page shows that. */
	step?: string
	/** What follows when it did not work, while it still counts as under way. */
	refused?: (error: Failure) => unknown
}

export function useAttempt() {
	const step = ref("")
	const busy = computed(() => !!step.value)
	const error = shallowRef<Failure>()

	/** True when it was done. One at a time; what the person stopped himself is no error. */
	async function run(work: () => Promise<unknown>, how: How = {}): Promise<boolean> {
		if (busy.value) return false
		step.value = how.step ?? "run"
		error.value = undefined
		try {
			await work()
			return true
		} catch (problem) {
			const failed = asFailure(problem)
			if (failed.kind === "stopped") return false
			error.value = failed
			await how.refused?.(failed)
			return false
		} finally {
			step.value = ""
		}
	}

	return { busy, step, error, run }
}
