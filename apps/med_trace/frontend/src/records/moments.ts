/** Dates and times between the server's texts and the browser's inputs. Knows nothing of Vue. */

type Kind = "Date" | "Datetime" | "Time"

/** As an input of that kind wants it: 2026-01-31, 2026-01-31T08:05:00, 08:05:00. */
export function toLocal(value: unknown, kind: Kind): string {
	const text = String(value ?? "").trim()
	if (!text) return ""
	if (kind === "Time") return time(text)
	const [day, clock = ""] = text.split(/[ T]/)
	return kind === "Date" ? day : `${day}T${time(clock || "00:00:00")}`
}

function time(text: string): string {
	const [hours = "0", minutes = "0", seconds = "0"] = text.split(":")
	return [hours, minutes, String(Math.floor(Number(seconds)))].map((part) => part.padStart(2, "0")).join(":")
}

/** As the server wants it; null for nothing. */
export function fromLocal(text: string, kind: Kind): string | null {
	if (!text) return null
	if (kind === "Date") return text
	if (kind === "Time") return time(text)
	const [day, clock = "00:00:00"] = text.split("T")
	return `${day} ${time(clock)}`
}
