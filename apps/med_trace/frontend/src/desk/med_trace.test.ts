/** The script that the desk loads for every form, run against a desk of our own. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { runInNewContext } from "node:vm"
import { beforeEach, expect, test, vi } from "vitest"

const source = readFileSync(fileURLToPath(new URL("../../../med_trace/public/js/med_trace.js", import.meta.url)), "utf-8")

interface Answer {
	status?: number
	message?: unknown
	exc_type?: string
	words?: string
}

let answers: Record<string, Answer>
let sent: { url: string; body: Record<string, unknown> }[]
let dialogs: Dialog[]
let prompts: { field: { description: string }; give: (values: { reason: string }) => void }[]
let handlers: Record<string, Record<string, (frm: Form) => Promise<unknown>>>
let onEvent: (event: { type: string }, frm: Form) => void
type Form = ReturnType<typeof aForm>

class Dialog {
	shown = false
	refusal = ""
	hiddenUser: unknown = "as made"
	onhide?: () => void
	constructor(public options: { fields: { fieldname: string; hidden?: number; reqd?: number }[]; primary_action: (values: object) => Promise<unknown> }) {
		dialogs.push(this)
	}
	show = () => (this.shown = true)
	hide = () => {
		this.shown = false
		this.onhide?.()
	}
	set_df_property = (field: string, _property: string, value: unknown) => field === "user" && (this.hiddenUser = value)
	set_value = () => undefined
	disable_primary_action = () => undefined
	enable_primary_action = () => undefined
	get_field = () => ({ $wrapper: { html: (text: string) => (this.refusal = text) } })
	field = (name: string) => this.options.fields.find((field) => field.fieldname === name)!
}

function aForm(doc: Record<string, unknown> = {}, doctype = "NCR") {
	const sections: string[] = []
	const buttons: Record<string, () => unknown> = {}
	return {
		doctype,
		doc: { doctype, name: "NCR-1", title: "Scratch", ...doc } as Record<string, unknown>,
		selected_workflow_action: "",
		sections,
		buttons,
		reloaded: 0,
		is_new: () => false,
		is_dirty: () => false,
		add_custom_button: (label: string, act: () => unknown) => (buttons[label] = act),
		reload_doc: vi.fn(),
		dashboard: {
			parent: { find: () => ({ remove: () => undefined }) },
			add_section: (html: string) => sections.push(html),
			show: () => undefined,
		},
	}
}

const meaning = { meaning: "Approved", role: "Q", action: "Approve", reason_required: false, may_sign: true, why_not: "" }
const signature = {
	...{ printed_name: "Ada <b>", meaning: "Approved", signed_at: "2026-11-22 10:00:00", time_zone: "Asia/Shanghai", reason: "" },
	...{ valid: true, fault: "", differences: [] as object[] },
}

beforeEach(() => {
	sent = []
	dialogs = []
	prompts = []
	handlers = {}
	answers = {
		"sign.types": { message: { signed: ["NCR"], regulated: { NCR: ["title"] }, ours: ["NCR"] } },
		"sign.status": { message: { needs_user: true, printed_name: "Ada", meanings: [meaning] } },
		"sign.signatures": { message: [] },
		"sign.sign": { message: "sig-1" },
	}
	const translate = (text: string, values: string[] = []) => text.replace(/\{(\d)\}/g, (_, number) => values[Number(number)])
	runInNewContext(source, {
		...{ URLSearchParams, Promise, Object, JSON, WeakMap, Set, Error, Boolean, encodeURIComponent, String },
		window: { open: vi.fn() },
		document: {},
		$: () => ({ on: (_names: string, handler: typeof onEvent) => (onEvent = handler) }),
		__: translate,
		fetch: async (url: string, request: { body?: string }) => {
			sent.push({ url, body: JSON.parse(request.body || "{}") })
			const found = Object.entries(answers).find(([method]) => url.includes(`med_trace.api.${method}`))![1]
			const messages = JSON.stringify([JSON.stringify({ message: found.words })])
			return { ok: !found.status, json: async () => ({ message: found.message, exc_type: found.exc_type, _server_messages: messages }) }
		},
		frappe: {
			csrf_token: "token",
			dom: { unfreeze: vi.fn(), remove_script_and_style: (text: string) => text },
			utils: { escape_html: (text: string) => text.replaceAll("<", "&lt;") },
			meta: { get_label: (_doctype: string, field: string) => field },
			show_alert: () => undefined,
			prompt: (field: { description: string }, give: (values: { reason: string }) => void) => {
				prompts.push({ field, give })
				return {}
			},
			ui: { Dialog, form: { on: (doctype: string, events: (typeof handlers)[string]) => (handlers[doctype] = events) } },
		},
	})
})

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

async function opened(frm: Form): Promise<Form> {
	onEvent({ type: "form-refresh" }, frm)
	await settled()
	return frm
}

test("a form shows its signatures, and of a broken one what was changed, as text", async () => {
	const broken = { ...signature, valid: false, fault: "Changed since: title.", differences: [{ place: "title", signed: "<i>", now: "Dent" }] }
	answers["sign.signatures"] = { message: [signature, broken] }
	const [panel] = (await opened(aForm())).sections
	expect(panel).toContain("Ada &lt;b>, Approved, 2026-11-22 10:00:00 Asia/Shanghai")
	expect(panel).toContain("Changed since: title.")
	expect(panel).toContain("title: &lt;i> &rarr; Dent")
	expect(panel.match(/indicator-pill (green|red)/g)).toEqual(["indicator-pill green", "indicator-pill red"])
})

test("the dialog asks for the user id at the first signature of a session only, and reloads the form", async () => {
	const frm = await opened(aForm())
	frm.buttons["Sign: Approved"]()
	const [dialog] = dialogs
	expect(dialog.field("user").hidden).toBe(0)
	await dialog.options.primary_action({ user: "ada@example.com", password: "secret", reason: "" })
	const { body, url } = sent.at(-1)!
	expect(url).toBe("/api/method/med_trace.api.sign.sign")
	expect(body).toMatchObject({ doctype: "NCR", name: "NCR-1", meaning: "Approved", user: "ada@example.com" })
	expect([dialog.shown, frm.reload_doc.mock.calls.length]).toEqual([false, 1])

	answers["sign.status"] = { message: { needs_user: false, printed_name: "Ada", meanings: [meaning] } }
	const again = await opened(aForm())
	again.buttons["Sign: Approved"]()
	expect(dialogs[1].field("user").hidden).toBe(1)
})

test("a refusal is said in the dialog, which stays open; a missing user id shows its field", async () => {
	const frm = await opened(aForm())
	frm.buttons["Sign: Approved"]()
	answers["sign.sign"] = { status: 403, exc_type: "UserIdRequired", words: "Enter your user id" }
	await dialogs[0].options.primary_action({ password: "secret" })
	expect([dialogs[0].shown, dialogs[0].hiddenUser]).toEqual([true, 0])
	expect(dialogs[0].refusal).toContain("Enter your user id")
	expect(frm.reload_doc).not.toHaveBeenCalled()
})

test("an action that a signature carries is taken by signing; any other goes on", async () => {
	const frm = await opened(aForm())
	frm.selected_workflow_action = "Approve"
	void handlers.NCR.before_workflow_action(frm)
	expect(dialogs).toHaveLength(1)
	frm.selected_workflow_action = "Reopen"
	await handlers.NCR.before_workflow_action(frm)
	expect(dialogs).toHaveLength(1)
})

test("a change of a regulated field takes a reason, any other does not", async () => {
	const frm = await opened(aForm({ title: "Scratch", remarks: "a" }))
	frm.doc.remarks = "b"
	await handlers.NCR.before_save(frm)
	expect(prompts).toHaveLength(0)
	frm.doc.title = "Dent"
	const saved = handlers.NCR.before_save(frm)
	await settled()
	expect(prompts[0].field.description).toBe("title")
	prompts[0].give({ reason: "It is a dent" })
	await saved
	expect(frm.doc.change_reason).toBe("It is a dent")
})

test("a record of ours leads to its page", async () => {
	const frm = await opened(aForm())
	expect(Object.keys(frm.buttons)).toEqual(["Open in Med Trace", "Sign: Approved"])
})
