/** Changes the language in place: nothing typed is lost, and the server remembers it for this user. */
import { boot } from "../data/boot"
import { get, post } from "../data/server"
import { useWords } from "./index"

export async function switchLanguage(lang: string): Promise<void> {
	const words = await get<Record<string, string>>("med_trace.api.screen.words", { lang })
	await post("med_trace.api.screen.set_language", { lang })
	boot.words = words
	useWords(lang, words)
}
