/** The end of a record that was filled in field by field: sent behind its entries, then what follows from it. */
import { computed, onMounted, ref, shallowRef, watch } from "vue"
import { useAttempt } from "./attempt"
import type { Draft } from "./draft"
import { isOffline, submit } from "./queue"

export function useFinish<S extends object, F>(draft: Draft<S>, given: { method: string; record: string; where: string }) {
	const followed = shallowRef<F>()
	/** Something is missing, and the person has asked to finish: he is told. */
	const wasTold = ref(false)
	/** It has a consequence that he has to want. */
	const asks = ref(false)
	const { busy, error, run } = useAttempt()
	const finishing = computed(() => draft.pending.value.some((entry) => entry.method === given.method && entry.status === "waiting"))

	onMounted(draft.load)
	watch(isOffline, (offline) => !offline && draft.load())

	/** `isGrave`: asked for once more before it is sent. Without a connection it waits behind what was entered. */
	async function finish(title: string, isGrave: boolean, more: Record<string, unknown> = {}): Promise<void> {
		if (isGrave && !asks.value) return void (asks.value = true)
		asks.value = false
		await run(async () => {
			draft.sendNow()
			const args = { record: given.record, ...more }
			const outcome = await submit<F>(given.method, args, { title, chain: given.record, where: given.where, tell: true })
			if (outcome.kind !== "done") return
			followed.value = outcome.result
			await draft.load()
			requestAnimationFrame(() => document.getElementById("followed")?.focus())
		}, { refused: draft.load })
	}

	return { followed, wasTold, asks, finishing, busy, error, finish }
}
