/** The only door to the server: methods over REST, with errors that say what to do. */
import { ref } from "vue"
import { t } from "../i18n"
import { boot, type Boot } from "./boot"
import { failure, Failure } from "./failure"

const LONGEST_WAIT = 30_000

/** True while the session is over and the log-in dialog is open; requests wait for it. */
export const needsLogin = ref(false)
let waiting: (() => void)[] = []

type Arguments = Record<string, unknown>

/** Reads: a whitelisted method by GET. */
export function get<T>(method: string, values: Arguments = {}, signal?: AbortSignal): Promise<T> {
	return send<T>("GET", method, values, signal)
}

/** Writes: a whitelisted method by POST, with the CSRF token. */
export function post<T>(method: string, values: Arguments = {}): Promise<T> {
	return send<T>("POST", method, values)
}

/** The whole answer, for Frappe's methods that answer beside `message` (getdoc, getdoctype). */
export async function getWhole<T>(method: string, values: Arguments = {}): Promise<T> {
	return (await request("GET", method, values)) as T
}

async function send<T>(verb: "GET" | "POST", method: string, values: Arguments, signal?: AbortSignal): Promise<T> {
	const body = await request(verb, method, values, signal)
	return (body as { message: T }).message
}

async function request(verb: "GET" | "POST", method: string, values: Arguments, signal?: AbortSignal): Promise<unknown> {
	try {
		return await once(verb, method, values, signal)
	} catch (error) {
		if (!(error instanceof Failure) || error.kind !== "login") throw error
		await loggedInAgain()
		return once(verb, method, values, signal)
	}
}

async function once(verb: "GET" | "POST", method: string, values: Arguments, signal?: AbortSignal): Promise<unknown> {
	const answer = await reach(verb, method, values, signal)
	const body = await answer.json().catch(() => ({}))
	if (answer.ok) return body
	throw failure(answer.status, body, cookie("user_id") === "Guest")
}

async function reach(verb: "GET" | "POST", method: string, values: Arguments, signal?: AbortSignal): Promise<Response> {
	const stop = new AbortController()
	const timer = setTimeout(() => stop.abort(), LONGEST_WAIT)
	signal?.addEventListener("abort", () => stop.abort())
	try {
		return await fetch(`/api/method/${method}${verb === "GET" ? query(values) : ""}`, {
			method: verb,
			headers: headers(verb),
			body: verb === "POST" ? JSON.stringify(values) : undefined,
			signal: stop.signal,
		})
	} catch {
		throw signal?.aborted ? new Failure("stopped", []) : new Failure(stop.signal.aborted ? "timeout" : "offline", [])
	} finally {
		clearTimeout(timer)
	}
}

function headers(verb: string): Record<string, string> {
	const always = { Accept: "application/json" }
	return verb === "POST" ? { ...always, "Content-Type": "application/json", "X-Frappe-CSRF-Token": boot.csrf_token } : always
}

export function query(values: Arguments): string {
	const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null)
	const texts = given.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])
	return texts.length ? `?${new URLSearchParams(texts)}` : ""
}

function cookie(name: string): string {
	const found = document.cookie.split("; ").find((entry) => entry.startsWith(`${name}=`))
	return decodeURIComponent(found?.slice(name.length + 1) ?? "")
}

// -- the session ------------------------------------------------------------------

function loggedInAgain(): Promise<void> {
	needsLogin.value = true
	return new Promise((resolve) => waiting.push(resolve))
}

/** Logs in without leaving the page; what waited for it goes on. Throws Failure with the reason. */
export async function logIn(user: string, password: string): Promise<void> {
	const answer = await fetch("/api/method/login", {
		method: "POST",
		headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
		body: new URLSearchParams({ usr: user, pwd: password }),
	}).catch(() => {
		throw new Failure("offline", [])
	})
	if (answer.status === 401) throw new Failure("refused", [t("User name or password is wrong.")])
	if (!answer.ok) throw failure(answer.status, await answer.json().catch(() => ({})), false)
	Object.assign(boot, (await once("GET", "med_trace.api.screen.boot", {}) as { message: Boot }).message)
	needsLogin.value = false
	waiting.splice(0).forEach((goOn) => goOn())
}

export async function logOut(): Promise<void> {
	await post("logout")
	location.assign(`/login?redirect-to=${encodeURIComponent("/med-trace")}`)
}
