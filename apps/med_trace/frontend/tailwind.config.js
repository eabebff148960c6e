import preset from "frappe-ui/tailwind"

export default {
	presets: [preset],
	content: ["./src/**/*.{vue,ts}", "./node_modules/frappe-ui/src/components/{Button,Dialog,Tooltip}/**/*.vue", "./node_modules/frappe-ui/src/components/{LoadingIndicator,FeatherIcon}.vue"],
}
