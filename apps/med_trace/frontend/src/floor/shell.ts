/** Which built files the shop floor needs without a connection, from the build's own list. */

export interface Chunk {
	file: string
	css?: string[]
	assets?: string[]
	imports?: string[]
	dynamicImports?: string[]
}

const ADDRESS = "/assets/med_trace/frontend/"
const PAGES = ["src/pages/ScanPage.vue", "src/pages/WorkPage.vue", "src/pages/WorkRecordPage.vue", "src/pages/InspectPage.vue", "src/pages/InspectRecordPage.vue"]
const MORE = ["src/components/floor/CameraView.vue", "src/floor/camera.ts"]

/** `ahead`: files to keep now; `all`: every file of this build, what is not among them is of an older one. */
export function filesOf(manifest: Record<string, Chunk>, entry = "src/main.ts"): { ahead: string[]; all: string[] } {
	const wanted = new Set<string>()
	const visit = (key: string) => {
		if (!manifest[key] || wanted.has(key)) return
		wanted.add(key)
		manifest[key].imports?.forEach(visit)
	}
	for (const key of [entry, ...PAGES, ...MORE]) visit(key)
	const names = (keys: Iterable<string>) => [...new Set([...keys].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? []), ...(manifest[key].assets ?? [])]))]
	return { ahead: names(wanted).map((name) => ADDRESS + name), all: names(Object.keys(manifest)).map((name) => ADDRESS + name) }
}

/** Registers the worker that keeps the pages on the device; where the browser has none (no HTTPS), pages need the server. */
export async function keepShell(): Promise<void> {
	if (!("serviceWorker" in navigator)) return
	try {
		await navigator.serviceWorker.register("/med-trace-sw.js", { scope: "/med-trace" })
		const { active } = await navigator.serviceWorker.ready
		const manifest = await (await fetch(`${ADDRESS}manifest.json`)).json()
		active?.postMessage({ keep: filesOf(manifest) })
	} catch {
		// without it the pages work as long as the server is there
	}
}

/** After logging out nobody else shall see who was here. */
export function forgetShell(): void {
	navigator.serviceWorker?.controller?.postMessage({ forget: true })
}
