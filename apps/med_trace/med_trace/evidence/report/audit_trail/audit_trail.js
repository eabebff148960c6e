// Filters of the consolidated audit report.
frappe.query_reports["Audit Trail"] = {
	filters: [
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_days(frappe.datetime.get_today(), -7) },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date" },
		{ fieldname: "user", label: __("User"), fieldtype: "Link", options: "User" },
		{ fieldname: "document_type", label: __("Document type"), fieldtype: "Link", options: "DocType" },
		{ fieldname: "document_name", label: __("Document"), fieldtype: "Data" },
		{
			fieldname: "kind",
			label: __("What was done"),
			fieldtype: "Select",
			options: [
				"", "Created", "Changed", "Submitted", "Cancelled", "Deleted", "Renamed", "Recorded", "Signed", "Signing Failed",
				"Logged In", "Logged Out", "Login Failed", "Read", "Exported", "Printed", "Key Introduced", "Restored",
			],
		},
		{
			fieldname: "category",
			label: __("Category"),
			fieldtype: "Select",
			options: ["", "Record", "Ledger", "Signature", "Access", "Permission", "Configuration"],
		},
	],
};
