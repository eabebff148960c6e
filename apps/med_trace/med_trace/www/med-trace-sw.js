/*
 * Keeps the pages on the device, so that the shop floor goes on without a connection.
 * Served from the root so that it may look after /med-trace, on a bench and on the embedded site alike.
 * It keeps the shell (one page, as it was last served to this user) and the built files; answers of the
 * server are kept by the pages themselves. Frappe renders this file as a template: no double braces.
 */
const SHELL = "med-trace-shell";
const FILES = "med-trace-files";
const BUILT = "/assets/med_trace/frontend/assets/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
	const { request } = event;
	const address = new URL(request.url);
	if (request.method !== "GET" || address.origin !== self.location.origin) return;
	if (request.mode === "navigate" && isOurs(address.pathname)) event.respondWith(page(request));
	else if (address.pathname.startsWith(BUILT)) event.respondWith(built(request));
	else if (address.pathname.startsWith("/assets/med_trace/")) event.respondWith(other(request));
});

self.addEventListener("message", (event) => {
	const work = event.data.keep ? keep(event.data.keep) : event.data.forget ? caches.delete(SHELL) : undefined;
	if (work) event.waitUntil(work);
});

function isOurs(path) {
	return path === "/med-trace" || path.startsWith("/med-trace/");
}

/* Any page of ours is the same shell: the newest that the server gives, else the kept one. */
async function page(request) {
	try {
		const answer = await fetch(request);
		if (answer.ok && !answer.redirected) (await caches.open(SHELL)).put("/med-trace", answer.clone());
		return answer;
	} catch (error) {
		const kept = await caches.match("/med-trace");
		if (kept) return kept;
		throw error;
	}
}

/* A built file has its hash in its name: what is kept is right for ever. */
async function built(request) {
	const kept = await caches.match(request.url);
	if (kept) return kept;
	const answer = await fetch(request);
	if (answer.ok) (await caches.open(FILES)).put(request.url, answer.clone());
	return answer;
}

async function other(request) {
	try {
		const answer = await fetch(request);
		if (answer.ok) (await caches.open(FILES)).put(request.url, answer.clone());
		return answer;
	} catch (error) {
		const kept = await caches.match(request.url);
		if (kept) return kept;
		throw error;
	}
}

/* The files of the shop floor's pages, fetched ahead; files of an older build go. */
async function keep(wanted) {
	const files = await caches.open(FILES);
	const known = (await files.keys()).map((request) => new URL(request.url).pathname);
	await Promise.all(known.filter((path) => path.startsWith(BUILT) && !wanted.all.includes(path)).map((path) => files.delete(path)));
	await files.addAll(wanted.ahead.filter((path) => !known.includes(path)));
	const shell = await caches.open(SHELL);
	if (!(await shell.match("/med-trace"))) {
		const answer = await fetch("/med-trace", { credentials: "same-origin" });
		if (answer.ok && !answer.redirected) await shell.put("/med-trace", answer);
	}
}
