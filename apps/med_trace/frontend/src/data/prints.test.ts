import { expect, it } from "vitest"
import { boot } from "./boot"
import { printOf } from "./prints"

it("a layout of another language than the reader's is asked for in that language", () => {
	boot.lang = "en"
	const ncr = { doctype: "NCR", name: "NCR 1" }
	expect(printOf(ncr)).toBe("/printview?doctype=NCR&name=NCR+1")
	expect(printOf(ncr, { name: "Own", language: "en" })).toBe("/printview?doctype=NCR&name=NCR+1&format=Own")
	expect(printOf(ncr, { name: "Own", language: "zh" })).toBe("/api/method/frappe.utils.print_format.download_pdf?doctype=NCR&name=NCR+1&format=Own&language=zh")
})
