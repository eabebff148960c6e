import { expect, it } from "vitest"
import { fromQuery, toFilters, toQuery, type ListState } from "./address"

it("an address without a query shows the newest first", () => {
	expect(fromQuery({})).toEqual({ conditions: [], sort: "modified", descending: true, page: 1 })
})

it("what is written into the address is read back", () => {
	const state: ListState = {
		conditions: [
			{ field: "state", operator: "=", value: "On Hold" },
			{ field: "workflow_state", operator: "!=", value: "Closed" },
			{ field: "heat_no", operator: "like", value: "H8" },
			{ field: "on_hand", operator: ">", value: "0" },
			{ field: "on_hand", operator: "<", value: "9" },
			{ field: "kind", operator: "in", value: "Raw|WIP" },
			{ field: "expiry_date", operator: "set", value: "" },
			{ field: "batch", operator: "not set", value: "" },
			{ field: "remarks", operator: "=", value: "~about" },
		],
		sort: "name",
		descending: false,
		page: 3,
		columns: ["item_name", "state"],
	}
	expect(fromQuery(toQuery(state))).toEqual(state)
})

it("filters are Frappe's", () => {
	const { conditions } = fromQuery({ state: "Quarantine", heat_no: "~H8", batch: "-", kind: "|Raw|WIP" })
	expect(toFilters(conditions)).toEqual([["state", "=", "Quarantine"], ["heat_no", "like", "%H8%"], ["batch", "is", "not set"], ["kind", "in", ["Raw", "WIP"]]])
})
