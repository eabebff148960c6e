declare module "~icons/lucide/*" {
	import type { DefineComponent } from "vue"
	const icon: DefineComponent
	export default icon
}
