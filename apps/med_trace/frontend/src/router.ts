/** The addresses of the pages; each page is loaded when it is first opened. */
import { createRouter, createWebHistory, type RouteLocationRaw } from "vue-router"
import HomePage from "./pages/HomePage.vue"
import ScanPage from "./pages/ScanPage.vue"

export const router = createRouter({
	history: createWebHistory("/med-trace"),
	scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
	routes: [
		{ path: "/", alias: "/home", name: "home", component: HomePage, meta: { title: "Home" } },
		{ path: "/scan", name: "scan", component: ScanPage, meta: { title: "Scan" } },
		{ path: "/return/:lot", name: "return", component: () => import("./pages/ReturnPage.vue"), props: true, meta: { title: "Return" } },
		{ path: "/work", name: "work", component: () => import("./pages/WorkPage.vue"), meta: { title: "Work" } },
		{ path: "/work/:record", name: "work-record", component: () => import("./pages/WorkRecordPage.vue"), props: true, meta: { title: "Operation" } },
		{ path: "/inspect", name: "inspect", component: () => import("./pages/InspectPage.vue"), meta: { title: "Inspect" } },
		{ path: "/inspect/:record", name: "inspect-record", component: () => import("./pages/InspectRecordPage.vue"), props: true, meta: { title: "Inspection" } },
		{ path: "/lot/:name", alias: "/lots/:name", name: "lot", component: () => import("./pages/LotPage.vue"), props: true, meta: { title: "Lot" } },
		{ path: "/release", name: "releases", component: () => import("./pages/ReleasesPage.vue"), meta: { title: "Release" } },
		{ path: "/release/:lot", name: "release", component: () => import("./pages/ReleasePage.vue"), props: true, meta: { title: "Release" } },
		{ path: "/recall", name: "recalls", component: () => import("./pages/RecallsPage.vue"), meta: { title: "Recalls" } },
		{ path: "/recall/new", name: "recall-new", component: () => import("./pages/RecallBuilderPage.vue"), meta: { title: "Build a scope" } },
		{ path: "/recall/:name", name: "recall", component: () => import("./pages/RecallPage.vue"), props: true, meta: { title: "Recall" } },
		{ path: "/quality", name: "quality", component: () => import("./pages/QualityPage.vue"), meta: { title: "Nonconformances" } },
		{ path: "/trace/:name", name: "trace", component: () => import("./pages/TracePage.vue"), props: true, meta: { title: "Trace" } },
		{ path: "/records", name: "records", component: () => import("./pages/RecordsPage.vue"), meta: { title: "Records" } },
		{ path: "/records/:doctype", name: "list", component: () => import("./pages/ListPage.vue"), props: true, meta: { title: "Records" } },
		{ path: "/records/:doctype/new", name: "new", component: () => import("./pages/RecordPage.vue"), props: true, meta: { title: "New record" } },
		{ path: "/records/:doctype/:name", name: "record", component: () => import("./pages/RecordPage.vue"), props: true, meta: { title: "Record" } },
		{ path: "/import", name: "import", component: () => import("./pages/ImportPage.vue"), meta: { title: "Import" } },
		{ path: "/configure/:section?", name: "configure", component: () => import("./pages/ConfigurePage.vue"), props: true, meta: { title: "Configure" } },
		{ path: "/:any(.*)*", name: "missing", component: () => import("./pages/MissingPage.vue"), meta: { title: "Not found" } },
	],
})

// Records that have a page of their own: DocType to the name of its route.
const OWN_PAGES: Record<string, string> = { "Material Lot": "lot", Recall: "recall" }

/** The page of a record: its own, or the form of any record. */
export function pageOf(doctype: string, name: string): RouteLocationRaw {
	return doctype in OWN_PAGES ? { name: OWN_PAGES[doctype], params: { name } } : { name: "record", params: { doctype, name } }
}
