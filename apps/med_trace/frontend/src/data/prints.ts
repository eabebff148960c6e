/** How records are printed: the layouts of their type, and where one is seen. */
import { boot } from "./boot"
import type { Row } from "./records"
import { get } from "./server"

export interface Layout {
	name: string
	language: string | null
}

/** The print layouts of a record type, beside the standard one. */
export const layouts = (doctype: string) => get<Layout[]>("med_trace.api.records.layouts", { doctype })

/** Where a record is seen as it is printed; a layout of another language than the reader's is a PDF in that language. */
export function printOf(doc: Row, layout?: Layout): string {
	const asked = new URLSearchParams({ doctype: doc.doctype, name: doc.name, ...(layout ? { format: layout.name } : {}) })
	if (!layout?.language || layout.language === boot.lang) return `/printview?${asked}`
	asked.set("language", layout.language)
	return `/api/method/frappe.utils.print_format.download_pdf?${asked}`
}
