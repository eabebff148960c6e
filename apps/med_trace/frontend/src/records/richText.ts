/** Formatted text as plain lines and back, where nothing but lines is in it. Knows nothing of Vue. */

const SIGNS: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: "\u00a0" }

/** The lines of a formatted text; null where it has more than lines, which plain text would lose. */
export function toLines(html: string): string | null {
	if (!/<[a-z!/]/i.test(html)) return unescaped(html)
	const lines = html
		.replace(/^\s*<div\b[^>]*>(\s*<p\b[^]*)<\/div>\s*$/i, "$1")
		.replace(/<(p|div)\b[^>]*>\s*<br\s*\/?>\s*<\/\1>/gi, "<p></p>")
		.replace(/<br\s*\/?>|<\/(?:p|div)>/gi, "\n")
		.replace(/<(?:p|div)\b[^>]*>/gi, "")
	return /<[a-z!/]/i.test(lines) ? null : unescaped(lines.replace(/\n$/, ""))
}

/** Lines as the paragraphs that Frappe keeps. */
export function fromLines(text: string): string {
	if (!text.trim()) return ""
	const escaped = text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]!)
	return escaped.split("\n").map((line) => `<p>${line || "<br>"}</p>`).join("")
}

const unescaped = (text: string) => text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_all, name) => SIGNS[name])
