import { expect, it } from "vitest"
import { aboutOf, isText, newText, textForm } from "./texts"

const meta = (name: string) => ({ name, autoname: "Prompt", fields: [{ fieldname: "slack_webhook_url", fieldtype: "Link", label: "Slack" }], tables: {} })

it("a notice asks for its parts alone, with the choices of what it is about", () => {
	const form = textForm(meta("Notification"), { doctypes: ["NCR"], fields: [{ fieldname: "severity", label: "Severity", fieldtype: "Select" }], roles: ["Trace Quality"], receivers: ["owner"], events: ["New"] })
	const options = Object.fromEntries(form.fields.map((field) => [field.fieldname, field.options]))
	expect(options).toMatchObject({ document_type: "NCR", event: "New", value_changed: "\nseverity" })
	expect(form.fields.some((field) => field.fieldname === "slack_webhook_url")).toBe(false)
	expect(form.tables["Notification Recipient"].fields.map((field) => field.options)).toEqual(["\nTrace Quality", "\nowner"])
	expect(form.autoname).toBe("Prompt")
})

it("a new text is about something, so that it can be shown at once", () => {
	for (const doctype of ["Notification", "Print Format"]) expect([isText(doctype), aboutOf(newText(doctype))]).toEqual([true, "NCR"])
	expect(isText("Workflow")).toBe(false)
})
