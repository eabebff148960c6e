/** Catches a scanner that types while no field has the focus: many characters at once, Enter or Tab at the end. */
import { onBeforeUnmount, onMounted } from "vue"
import { cleaned, GS, isSeparator } from "./wedge"

const SLOWEST = 80 // milliseconds between two characters of a scanner
const SHORTEST = 3

export function useWedge(found: (code: string) => void): void {
	let typed = ""
	let last = 0

	function hear(event: KeyboardEvent): void {
		if (document.querySelector("dialog[open]") || event.metaKey || isTyping(event.target)) return
		if (event.timeStamp - last > SLOWEST) typed = ""
		last = event.timeStamp
		if (isSeparator(event)) typed += GS
		else if (event.key.length === 1 && !event.ctrlKey && !event.altKey) typed += event.key
		else if ((event.key === "Enter" || event.key === "Tab") && typed.length >= SHORTEST) {
			event.preventDefault()
			found(cleaned(typed))
			typed = ""
		}
	}

	onMounted(() => document.addEventListener("keydown", hear, true))
	onBeforeUnmount(() => document.removeEventListener("keydown", hear, true))
}

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
}
