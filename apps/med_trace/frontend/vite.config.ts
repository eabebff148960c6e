import vue from "@vitejs/plugin-vue"
import frappeui from "frappe-ui/vite"
import { defineConfig } from "vitest/config"

/** The camera's reader would ask a CDN for its WebAssembly; we ship the file, and no such address stands in what we build. */
const nobodyOutside = {
	name: "nobody-outside",
	transform: (code: string, id: string) => (/zxing-wasm|barcode-detector/.test(id) ? code.replaceAll(/https:\/\/fastly\.jsdelivr\.net\/npm\//g, "/assets/med_trace/frontend/") : null),
}

// The page shell (www/med_trace.py) reads manifest.json and names the files; there is no index.html.
export default defineConfig({
	base: "/assets/med_trace/frontend/",
	publicDir: false,
	plugins: [
		frappeui({ lucideIcons: { componentGlobs: ["!**/*"] }, frappeProxy: false, jinjaBootData: false, buildConfig: false }),
		nobodyOutside,
		vue({ template: { transformAssetUrls: false } }), // addresses under /assets are the site's
	],
	build: {
		outDir: "../med_trace/public/frontend",
		emptyOutDir: true,
		manifest: "manifest.json",
		target: "es2022",
		rollupOptions: { input: "src/main.ts" },
		modulePreload: { polyfill: false },
		chunkSizeWarningLimit: 800,
	},
	test: { include: ["src/**/*.test.ts"], environment: "node" },
})
