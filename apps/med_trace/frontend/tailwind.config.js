import preset from "frappe-ui/tailwind"

export default {
	presets: [preset],
	content: ["./src/**/*.{vue,ts}"],
}
