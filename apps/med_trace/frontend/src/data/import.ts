/** A file of events: what may be in it, what would become of each row, recording all of them. */
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

export interface About {
	columns: Column[]
	types: EventKind[]
	most_rows: number
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
export const check = (content: string) => post<Checked>("med_trace.api.imports.check", { content })
export const take = (content: string, file_name: string) => post<Taken>("med_trace.api.imports.take", { content, file_name })

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
export function template(columns: readonly Column[]): File {
	return new File([`\ufeff${columns.map((column) => column.title).join(",")}\r\n`], "events.csv", { type: "text/csv" })
}
