/** What a scanner types: characters faster than any hand, the group separator of GS1 codes, Enter or Tab at the end. */

export const GS = "\u001d"

/** A code as the server reads it: scanners send FNC1 and the separator in many ways. */
export function cleaned(typed: string): string {
	return typed
		.normalize("NFC")
		.replace(/\u241d|<GS>|\{GS\}|\\x1d|\\u001d|\^\]/gi, GS) // what wedges send instead of 0x1D
		.replace(/<FNC1>|\{FNC1\}/gi, GS)
		.replace(/^[ \t\r\n]+|[ \t\r\n\u001d]+$/g, "")
}

/** The same for people: the separator is visible. */
export function shown(code: string): string {
	return code.replaceAll(GS, "␝")
}

/** Whether this key event is the group separator (Ctrl+], F8, Alt+029 of common scanners). */
export function isSeparator(event: { key: string; ctrlKey: boolean; altKey: boolean }): boolean {
	return event.key === GS || event.key === "F8" || (event.ctrlKey && !event.altKey && event.key === "]")
}
