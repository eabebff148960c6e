/** A file of events or of opening stock: what may be in it, what would become of each row, recording all of them. */
import { get, post } from "./server"

export interface Column {
	name: string
	title: string
	what: string
	required: boolean
}

export interface EventKind {
	type: string
	title: string
	actions: string[]
	may: boolean
}

export type What = "events" | "lots"

/** What may be imported. */
export const WHATS: { what: What; title: string; about: string }[] = [
	{ what: "events", title: "Events", about: "What happened to lots that are there. Each row is looked at first; then all of them are recorded, or none." },
	{ what: "lots", title: "Opening stock", about: "Lots that are on the shelf when you begin: each is received as any lot is, and waits for its inspection where its item needs one. Stock that ERPNext has of them already stays as it is." },
]

/** How the columns of a file are divided. */
export const SEPARATORS: Record<string, string> = { ",": "commas", ";": "semicolons", "\t": "tabs" }

export interface Sheet {
	columns: Column[]
	most_rows: number
	may: boolean
}

export interface About {
	sheets: Record<What, Sheet>
	types: EventKind[]
}

export interface Answer {
	row: number
	cells: string[]
	why: string
	recorded_as: string | null
}

export interface Checked {
	encoding: string
	delimiter: string
	columns: string[]
	rows: Answer[]
	counts: { rows: number; refused: number; known: number }
	before: { by: string; at: string; name: string } | null
}

export interface Taken {
	events: string[]
	lots: string[]
	entry: string
}

export const about = () => get<About>("med_trace.api.imports.about")
export const check = (content: string, what: What) => post<Checked>("med_trace.api.imports.check", { content, what })
export const take = (content: string, file_name: string, what: What) => post<Taken>("med_trace.api.imports.take", { content, file_name, what })

/** The bytes of a file, as text that a request can carry. */
export function contentOf(file: File): Promise<string> {
	return new Promise((resolve, reject) => {
		const reader = new FileReader()
		reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "")
		reader.onerror = () => reject(reader.error)
		reader.readAsDataURL(file)
	})
}

/** A sheet with the headings and nothing else; with the mark by which spreadsheets know its encoding. */
export function template(columns: readonly Column[], what: What): File {
	return new File([`\ufeff${columns.map((column) => column.title).join(",")}\r\n`], `${what}.csv`, { type: "text/csv" })
}
