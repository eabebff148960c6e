/** A record while it is edited: what was loaded, what is typed, saving, and somebody else who saved first. */
import { computed, ref, shallowRef } from "vue"
import { asFailure, Failure } from "../data/failure"
import { save, valuesOf, type Action } from "../data/form"
import { record, type Field, type Meta, type Row } from "../data/records"
import { t } from "../i18n"
import { changedFields, isNew, missing, rebased, type Conflict } from "./form"

/** Nobody chooses faster: half a name is not looked up. */
const A_MOMENT = 250

const copy = (doc: Row): Row => JSON.parse(JSON.stringify(doc))

/** `keep` stores the record: through the usual form, or through the door of the configuration. */
export function useForm(meta: Meta, doc: Row, keep: (doc: Row, action: Action) => Promise<Row> = save) {
	let original = copy(doc)
	let timer: ReturnType<typeof setTimeout> | undefined
	const draft = ref<Row>(copy(doc))
	const busy = ref(false)
	const error = shallowRef<Failure>()
	const problems = ref<Record<string, string>>({})
	const conflicts = shallowRef<Conflict[]>([])
	const theirChanges = shallowRef<Field[]>([])
	const changes = computed(() => changedFields(meta, original, draft.value))

	function set(field: Field, value: unknown) {
		draft.value[field.fieldname] = value
		delete problems.value[field.fieldname]
		error.value = undefined
		clearTimeout(timer)
		if (field.fieldtype === "Link") timer = setTimeout(() => follow(field), A_MOMENT)
	}

	/** What the record shows of the one that a link names, so that other links offer what fits it; the server fetches it again. */
	async function follow(link: Field) {
		const shown = meta.fields.filter((field) => field.read_only && field.fetch_from?.startsWith(`${link.fieldname}.`))
		const name = draft.value[link.fieldname]
		if (!shown.length) return
		const sources = shown.map((field) => field.fetch_from!.split(".")[1])
		const found = name ? await valuesOf(link.options ?? "", String(name), sources) : {}
		if (draft.value[link.fieldname] !== name) return
		shown.forEach((field, index) => (draft.value[field.fieldname] = found[sources[index]] ?? null))
	}

	/** Names each field that waits to be filled; true when none does. */
	function isComplete(): boolean {
		const open = missing(meta, draft.value)
		const words = t("Please fill this in.")
		problems.value = Object.fromEntries(open.map(({ field, table, row }) => [table ? `${table.fieldname}.${row}.${field.fieldname}` : field.fieldname, words]))
		const names = open.slice(0, 8).map(({ field, table, row }) => (table ? t("{0}, row {1}", t(table.label ?? ""), row) + ": " : "") + t(field.label ?? field.fieldname))
		error.value = open.length ? new Failure("refused", [t("Still missing: {0}", names.join(", ") + (open.length > 8 ? " …" : ""))]) : undefined
		return !open.length
	}

	/** The saved record; undefined when it could not be saved, and `error` says why. */
	async function store(action: Action = "Save"): Promise<Row | undefined> {
		if (busy.value || !isComplete()) return undefined
		busy.value = true
		try {
			const saved = await keep(draft.value, action)
			reset(saved)
			return saved
		} catch (problem) {
			await explain(asFailure(problem))
			return undefined
		} finally {
			busy.value = false
		}
	}

	async function explain(problem: Failure) {
		if (problem.kind === "stopped") return
		error.value = problem
		if (problem.code === "TimestampMismatchError" && !isNew(draft.value)) await meet()
	}

	/** Somebody else saved first: their record, with what was typed here on top. */
	async function meet() {
		const now = await record(meta.name, draft.value.name).catch(() => null)
		if (!now) return
		const met = rebased(meta, original, draft.value, now.doc)
		original = copy(now.doc)
		draft.value = copy(met.doc)
		conflicts.value = met.conflicts
		theirChanges.value = met.theirChanges
		error.value = undefined
	}

	function choose(conflict: Conflict, value: unknown) {
		draft.value[conflict.field.fieldname] = value
	}

	function reset(now: Row) {
		original = copy(now)
		draft.value = copy(now)
		problems.value = {}
		conflicts.value = []
		theirChanges.value = []
		error.value = undefined
	}

	const discard = () => reset(original)

	return { draft, busy, error, problems, conflicts, theirChanges, changes, set, store, choose, reset, discard }
}

export type Form = ReturnType<typeof useForm>
