/**
 * One open record while somebody fills it in: what he typed stays on the device until the server has it.
 * What is typed is sent a moment later, field by field, through the queue; the sheet is the server's last answer.
 */
import { computed, onBeforeUnmount, reactive, ref, shallowRef } from "vue"
import { isSame, merged, standing, type Change } from "../floor/changes"
import { parseNumber } from "../floor/decimal"
import { t } from "../i18n"
import { boot } from "./boot"
import { Failure } from "./failure"
import { getKept, keepAnswer } from "./kept"
import { discard, enter, entries, flush as sendAll, queue } from "./queue"

const A_MOMENT = 700
/** Refusals that a person has to answer; typing on does not. */
const ASKS = ["ChangedMeanwhile", "ReasonRequired"]
const STILL_TYPING = 5_000 // a value is entered when its field is left: half a number is none

export interface Kind<S> {
	/** The methods that read and save, and how the record is named to the first. */
	read: string
	argument: string
	save: string
	/** What stands at a place of the server's sheet. */
	present: (sheet: S, place: string) => unknown
	/** Numbers are typed as text and sent as numbers. */
	isNumber: (place: string) => boolean
	where: string
	title: string
}

export type Saving = "saved" | "typing" | "sending" | "kept" | "refused"

export function useDraft<S extends object>(kind: Kind<S>, name: string) {
	const store = `med_trace.typed.${boot.user}.${name}`
	const sheet = shallowRef<S>()
	const since = ref<string | null>(null)
	const error = shallowRef<Failure>()
	const typed = reactive<Record<string, unknown>>(JSON.parse(localStorage.getItem(store) ?? "{}"))
	const focused = ref("")
	let timer: ReturnType<typeof setTimeout> | undefined

	const mine = computed(() => entries.value.filter((entry) => entry.chain === name))
	const saves = computed(() => mine.value.filter((entry) => entry.key === name))
	const pending = computed(() => saves.value.filter((entry) => entry.status === "waiting").map(changesOf))
	const problem = computed(() => mine.value.find((entry) => entry.status === "refused"))

	const stopHearing = queue.onAnswer((entry, answer) => {
		if (entry.chain === name && answer.kind === "done" && isSheet(answer.result)) take(answer.result as S)
	})
	const onHide = () => document.visibilityState === "hidden" && flush()
	document.addEventListener("visibilitychange", onHide)
	addEventListener("pagehide", flushNow)
	onBeforeUnmount(() => {
		document.removeEventListener("visibilitychange", onHide)
		removeEventListener("pagehide", flushNow)
		stopHearing()
		flush()
	})

	async function load(reason?: string): Promise<void> {
		error.value = undefined
		try {
			const answer = await getKept<S>(kind.read, { [kind.argument]: name })
			sheet.value = answer.data
			since.value = answer.since
			settle()
			flush(reason)
		} catch (problem) {
			error.value = problem as Failure
		}
	}

	function isSheet(result: unknown): boolean {
		return !!result && typeof result === "object" && (result as { name?: string }).name === name
	}

	/** The server's newest answer. */
	function take(answer: S): void {
		sheet.value = answer
		since.value = null
		keepAnswer(kind.read, { [kind.argument]: name }, answer)
		settle()
	}

	/** The value at a place: typed, or waiting to be sent, or on the server. Undefined: typed, but no number. */
	function value(place: string): unknown {
		if (!(place in typed)) return known(place)
		return kind.isNumber(place) ? parseNumber(typed[place] as string) : typed[place]
	}

	/** As it is shown in a field. */
	function text(place: string): string {
		const shown = place in typed ? typed[place] : known(place)
		return shown === null || shown === undefined ? "" : String(shown)
	}

	function known(place: string): unknown {
		return sheet.value ? standing(place, kind.present(sheet.value, place), pending.value) : null
	}

	function set(place: string, now: unknown, isAtOnce = false): void {
		typed[place] = now
		keepTyped()
		clearTimeout(timer)
		timer = setTimeout(flushNow, isAtOnce ? 0 : focused.value === place ? STILL_TYPING : A_MOMENT)
	}

	/** What is typed, is no number, and is therefore not sent. */
	const invalid = computed(() => Object.keys(typed).filter((place) => value(place) === undefined))

	function differing(): Change[] {
		return Object.keys(typed).flatMap((place) => {
			const [was, now] = [known(place), value(place)]
			return now === undefined || isSame(was, now) ? [] : [{ place, was: was ?? null, now }]
		})
	}

	/** Sends what differs from what stands there; a refused save is taken up again with what was typed since. */
	function flushNow(): void {
		flush()
	}

	function flush(reason?: string): void {
		clearTimeout(timer)
		if (!sheet.value || (problem.value && problem.value.key !== name)) return
		let fresh = differing()
		if (!fresh.length) return
		if (problem.value) {
			if (ASKS.includes(problem.value.code ?? "")) return // a person decides first
			withdraw()
			fresh = differing()
		}
		const open = queue.open(name)
		const all = open ? merged(changesOf(open), fresh) : fresh
		if (open) queue.remove(open.id)
		if (!all.length) return
		const args = { record: name, changes: all, entered_at: new Date().toISOString(), ...(reason ? { reason } : {}) }
		try {
			enter(kind.save, args, { title: kind.title, where: kind.where, chain: name, key: name })
		} catch {
			error.value = new Failure("refused", [t("This device has no room left to keep what you typed. Stay on this page until it is sent.")])
		}
	}

	/** Takes refused and waiting saves back into what is typed. */
	function withdraw(): void {
		for (const entry of saves.value) {
			if (queue.isFlying(entry.id)) continue
			for (const change of changesOf(entry)) if (!(change.place in typed)) typed[change.place] = change.now
			queue.remove(entry.id)
		}
		keepTyped()
	}

	/** What was typed here goes in all the same; with a reason where it takes the place of somebody else's. */
	async function sendAgain(reason?: string): Promise<void> {
		withdraw()
		await load(reason)
		flush(reason)
	}

	/** Somebody else was there: what he entered stands. The server keeps what is given up. */
	async function takeTheirs(reason: string): Promise<void> {
		const entry = problem.value
		if (!entry) return
		await discard(entry, reason)
		const places = new Set(changesOf(entry).map((change) => change.place))
		for (const place of places) delete typed[place]
		keepTyped()
		await load()
	}

	/** What the server has is no longer typed; the field that is being typed in is left alone. */
	function settle(): void {
		for (const place of Object.keys(typed)) {
			if (place !== focused.value && value(place) !== undefined && sheet.value && isSame(kind.present(sheet.value, place), value(place))) delete typed[place]
		}
		keepTyped()
	}

	function keepTyped(): void {
		if (Object.keys(typed).length) localStorage.setItem(store, JSON.stringify(typed))
		else localStorage.removeItem(store)
	}

	function focus(place: string): void {
		focused.value = place
	}

	function blur(): void {
		focused.value = ""
		flush()
		settle()
	}

	const saving = computed<Saving>(() => {
		if (problem.value) return "refused"
		if (mine.value.some((entry) => entry.status === "waiting")) return mine.value.some((entry) => entry.tries > 1) || since.value ? "kept" : "sending"
		return differing().length || invalid.value.length ? "typing" : "saved"
	})

	/** The record was given up: nothing of it is sent any more. */
	function forget(): void {
		clearTimeout(timer)
		mine.value.forEach((entry) => queue.remove(entry.id))
		for (const place of Object.keys(typed)) delete typed[place]
		keepTyped()
	}

	/** Everything typed is on its way; for what follows in the same chain. */
	function sendNow(): void {
		flush()
		void sendAll()
	}

	return { sheet, since, error, load: () => load(), take, value, text, set, focus, blur, invalid, problem, saving, sendAgain, takeTheirs, sendNow, forget, pending: mine }
}

export type Draft<S extends object> = ReturnType<typeof useDraft<S>>

function changesOf(entry: { args: Record<string, unknown> }): Change[] {
	return (entry.args.changes as Change[] | undefined) ?? []
}
