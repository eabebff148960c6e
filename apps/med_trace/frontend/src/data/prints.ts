/** How records are printed: the layouts of their type, and where one is seen. */
import type { Row } from "./records"
import { get } from "./server"

export interface Layout {
	name: string
	language: string | null
}

/** The print layouts of a record type, beside the standard one. */
export const layouts = (doctype: string) => get<Layout[]>("med_trace.api.records.layouts", { doctype })

/** Where a record is seen as it is printed. */
export function printOf(doc: Row, layout?: Layout): string {
	const asked = { doctype: doc.doctype, name: doc.name, ...(layout ? { format: layout.name } : {}), ...(layout?.language ? { _lang: layout.language } : {}) }
	return `/printview?${new URLSearchParams(asked)}`
}
