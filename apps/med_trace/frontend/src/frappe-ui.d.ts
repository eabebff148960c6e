// What these pages use of frappe-ui; its own sources are not checked with ours.
import type { DefineComponent } from "vue"

export const Button: DefineComponent<{
	label?: string
	variant?: "solid" | "subtle" | "outline" | "ghost"
	theme?: "gray" | "blue" | "green" | "red"
	size?: "sm" | "md" | "lg" | "xl" | "2xl"
	loading?: boolean
	disabled?: boolean
	type?: "button" | "submit"
}>
export const LoadingIndicator: DefineComponent<{ class?: string }>
