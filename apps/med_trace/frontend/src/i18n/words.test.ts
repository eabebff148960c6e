/** Every text of the pages, of the domain's vocabulary and of the app's DocTypes has its Chinese. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { expect, it } from "vitest"
import { MAIN } from "../components/navigation"
import { FIGURES, TASKS } from "../data/home"
import { SEPARATORS, WHATS } from "../data/import"
import { AGE_TEXTS } from "../home/figures"
import { OPERATORS } from "../records/address"
import { MISSING } from "../recall/criteria"
import { SHARES, STEPS } from "../recall/progress"
import { MENDINGS } from "../release/mend"
import { SENTENCES } from "../signing"
import { DOCSTATUS } from "../states"
import { fill } from "./index"
import { ALL } from "./vocabulary"

const SOURCE = resolve(import.meta.dirname, "..")
const APP = resolve(SOURCE, "../../med_trace")
const HAN = /\p{Script=Han}/u

/** RFC 4180, as Python's csv reads it. */
function readCsv(path: string): string[][] {
	const rows: string[][] = []
	for (const line of readFileSync(path, "utf-8").split(/\r?\n/).filter(Boolean)) {
		const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
		rows.push(cells.map((cell) => (cell[1] !== undefined ? cell[1].replaceAll('""', '"') : cell[2])))
	}
	return rows
}

function files(folder: string, ending: RegExp): string[] {
	return readdirSync(folder, { recursive: true, encoding: "utf-8" }).filter((name) => ending.test(name)).map((name) => join(folder, name))
}

function textsOfPages(): string[] {
	const found: string[] = []
	for (const path of files(SOURCE, /(?<!\.test)\.(vue|ts)$/)) {
		const source = readFileSync(path, "utf-8")
		for (const [, , text] of source.matchAll(/\bt\(\s*(["'])((?:(?!\1).)*)\1/g)) found.push(text)
		for (const [, text] of source.matchAll(/\b(?:title|text|word|about|label|description): "([^"]+)"/g)) found.push(text)
		for (const [, first, second] of source.matchAll(/\bt\([^()"']*\? "([^"]+)" : "([^"]+)"/g)) found.push(first, second)
	}
	return found
}

function textsOfDomain(): string[] {
	return ["states.py", "event.py"].flatMap((name) =>
		[...readFileSync(join(APP, "domain", name), "utf-8").matchAll(/^ {4}[A-Z_]+ = "([^"]+)"/gm)].map(([, text]) => text),
	)
}

function textsOfDoctypes(): string[] {
	return files(APP, /\/doctype\/\w+\/\w+\.json$/).flatMap((path) => {
		const doctype = JSON.parse(readFileSync(path, "utf-8"))
		const options = (field: { fieldtype: string; options?: string }) => (field.fieldtype === "Select" ? (field.options ?? "").split("\n") : [])
		return [doctype.name, ...doctype.fields.flatMap((field: any) => [field.label, ...options(field)])]
	})
}

/** What is the same in every language: codes, standards, names of formats. */
const SAME = /^(GTIN|GTIN \(UDI-DI\)|UDI-DI \(GTIN\)|SSCC|UDI|GLN|WIP|NCR|UTC|REF|LOT|SN|MFG|EXP|GS1 DataMatrix|GS1-128|QR|DocType|med_trace|[A-E]|I{1,3}|[\d\s.,%{}:-]*)$/

const chinese = new Map(readCsv(join(APP, "translations/zh.csv")).map(([text, translated]) => [text, translated]))

it.each([
	["the pages", [...textsOfPages(), ...MAIN.map((place) => place.title), ...TASKS.flatMap((task) => [task.title, task.done]), ...FIGURES.flatMap((one) => [one.title, one.none]), ...AGE_TEXTS, ...Object.values(OPERATORS), ...DOCSTATUS, ...Object.values(SENTENCES), ...MENDINGS, ...MISSING, ...SHARES, ...STEPS, ...WHATS.flatMap((one) => [one.title, one.about]), ...Object.values(SEPARATORS)]],
	["the vocabulary", ALL],
	["the domain", textsOfDomain()],
	["the DocTypes", textsOfDoctypes()],
])("every text of %s has its Chinese", (_what, texts) => {
	expect(texts.length).toBeGreaterThan(20)
	const missing = [...new Set(texts)].filter((text) => text && !SAME.test(text) && !chinese.get(text)).sort()
	expect(missing).toEqual([])
})

it("a translation is Chinese and has the places of its text", () => {
	const places = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(String).sort()
	const wrong = [...chinese].filter(([text, translated]) => String(places(text)) !== String(places(translated)) || (!HAN.test(translated) && !SAME.test(text)))
	expect(wrong).toEqual([])
})

it("no text is translated twice", () => {
	const rows = readCsv(join(APP, "translations/zh.csv"))
	expect(rows.length).toBe(chinese.size)
})

it("places in a text are filled in order", () => {
	expect(fill("{1} before {0}", ["a", "b"])).toBe("b before a")
	expect(fill("{0} and {1}", ["a"])).toBe("a and {1}")
})
