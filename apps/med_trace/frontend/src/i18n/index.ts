/** English is the key; other languages come with the page, through Frappe's translations. */
import { reactive } from "vue"
import { boot } from "../data/boot"

const words = reactive<Record<string, string>>({ ...boot.words })

/** The text in the language of the page, {0} {1} … filled in. */
export function t(text: string, ...values: unknown[]): string {
	return fill(words[text] ?? text, values)
}

export function fill(text: string, values: unknown[]): string {
	return text.replace(/\{(\d+)\}/g, (all, index) => (index in values ? String(values[index]) : all))
}

/** Adds what a DocType's own form says; the pages' words stay. */
export function addWords(more: Record<string, string>): void {
	for (const [text, translated] of Object.entries(more)) words[text] ??= translated
}

export function useWords(lang: string, given: Record<string, string>): void {
	for (const text of Object.keys(words)) delete words[text]
	Object.assign(words, given)
	boot.lang = lang
	document.documentElement.lang = lang
}
