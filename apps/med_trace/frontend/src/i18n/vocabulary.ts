/** Words that arrive as data and are shown translated; the test of the translations reads these lists. */

export const STATES = ["Quarantine", "In Process", "Awaiting Release", "Released", "On Hold", "Rejected", "Recalled", "Closed"]
export const KINDS = ["Raw", "Component", "Packaging", "WIP", "Finished", "Container"]
export const WHEREABOUTS = ["In Stock", "Consumed", "Scrapped", "Sampled", "Shipped", "Delivered", "Returned", "Used", "Returned To Supplier"]
export const MATCHED = ["Lot", "Serial", "Batch", "Supplier Lot", "Heat Number", "GTIN", "SSCC"]
export const ENDS = ["Consignee", "Supplier"]
export const ROLES = ["Trace Operator", "Trace Inspector", "Trace Quality", "Trace Supervisor", "Trace Warehouse", "Trace Regulatory", "Trace Auditor", "Trace Administrator", "Trace Machine", "System Manager"]
export const UNITS = ["Nos", "Unit", "Meter", "Kg", "Gram", "Litre", "Box", "Set", "Pair"]
export const WORKFLOW = ["Draft", "Approved", "Obsolete", "Open", "Under Evaluation", "Dispositioned", "Closed", "Scoped", "Initiated", "Terminated", "Withdrawn", "Revoked", "Cancelled", "Submitted", "Pending"]
export const MEANINGS = ["Released", "Release Revoked", "Approved", "Disposition Approved", "Initiated", "Terminated"]
export const VERDICTS = ["Accepted", "Rejected", "Pass", "Fail", "Incoming", "In-process", "Final", "Minor", "Major", "Critical"]
export const DOCTYPES = [
	"Item", "Supplier", "Customer", "Batch", "Serial No", "Warehouse", "Workstation", "Purchase Receipt", "Purchase Invoice",
	"Work Order", "Stock Entry", "Delivery Note", "Sales Invoice", "Stock Ledger Entry", "User", "UOM", "DocType", "Workstation Type",
]

/** Groups of the page of records, in the direction of the material. */
export const GROUPS: { title: string; doctypes: string[] }[] = [
	{ title: "Lots and events", doctypes: ["Material Lot", "Serial Unit", "Trace Event", "Electronic Signature", "Signature Rule"] },
	{ title: "Suppliers and receiving", doctypes: ["Supplier", "Purchase Receipt", "Item", "Batch", "Serial No", "Qualification"] },
	{ title: "Production", doctypes: ["Process Routing", "Process Record", "Tool", "Workstation", "Work Order", "Stock Entry"] },
	{ title: "Quality", doctypes: ["Inspection Plan", "Inspection Record", "NCR", "Lot Release"] },
	{ title: "Distribution and recall", doctypes: ["Customer", "Delivery Note", "Recall", "Warehouse", "Stock Ledger Entry"] },
]

export const ALL = [
	...STATES, ...KINDS, ...WHEREABOUTS, ...MATCHED, ...ENDS, ...ROLES, ...UNITS, ...WORKFLOW, ...MEANINGS, ...VERDICTS, ...DOCTYPES,
	...GROUPS.flatMap((group) => [group.title, ...group.doctypes]),
]
