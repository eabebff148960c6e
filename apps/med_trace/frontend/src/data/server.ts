/** The only door to the server: methods over REST, with errors that say what to do. */
import { ref } from "vue"
import { t } from "../i18n"
import { boot, type Boot } from "./boot"
import { failure, Failure } from "./failure"

const LONGEST_WAIT = 30_000
const LONGEST_UPLOAD = 600_000
const WITH_FILES = "med_trace.api.imports."

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

/** The same for writes (savedocs). */
export async function postWhole<T>(method: string, values: Arguments = {}): Promise<T> {
	return (await request("POST", method, values)) as T
}

/** Sends one file with the fields of its form. */
export function upload<T>(file: File, fields: Record<string, string>): Promise<T> {
	const form = new FormData()
	for (const [name, value] of Object.entries(fields)) form.append(name, value)
	form.append("file", file, file.name)
	return send<T>("POST", "upload_file", form as unknown as Arguments)
}

/** A file that a whitelisted method answers with; what it is called is said by the server. */
export async function download(method: string, values: Arguments = {}): Promise<File> {
	const answer = await request("POST", method, values, undefined, (answer) => answer)
	const named = /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(answer.headers.get("Content-Disposition") ?? "")
	return new File([await answer.blob()], decodeURIComponent(named?.[1] ?? "file"), { type: answer.headers.get("Content-Type") ?? "" })
}

async function send<T>(verb: "GET" | "POST", method: string, values: Arguments, signal?: AbortSignal): Promise<T> {
	const body = await request(verb, method, values, signal)
	return (body as { message: T }).message
}

type Read<T> = (answer: Response) => T | Promise<T>
const readJson: Read<unknown> = (answer) => answer.json().catch(() => ({}))

async function request<T = unknown>(verb: "GET" | "POST", method: string, values: Arguments, signal?: AbortSignal, read = readJson as Read<T>): Promise<T> {
	try {
		return await once(verb, method, values, signal, read)
	} catch (error) {
		if (!(error instanceof Failure) || error.kind !== "login") throw error
		await loggedInAgain()
		return once(verb, method, values, signal, read)
	}
}

async function once<T = unknown>(verb: "GET" | "POST", method: string, values: Arguments, signal?: AbortSignal, read = readJson as Read<T>): Promise<T> {
	const answer = await reach(verb, method, values, signal)
	if (answer.ok) return read(answer)
	const body = await answer.json().catch(() => ({}))
	throw failure(answer.status, body, cookie("user_id") === "Guest")
}

async function reach(verb: "GET" | "POST", method: string, values: Arguments, signal?: AbortSignal): Promise<Response> {
	const stop = new AbortController()
	const timer = setTimeout(() => stop.abort(), values instanceof FormData || method.startsWith(WITH_FILES) ? LONGEST_UPLOAD : LONGEST_WAIT)
	signal?.addEventListener("abort", () => stop.abort())
	try {
		return await fetch(`/api/method/${method}${verb === "GET" ? query(values) : ""}`, {
			method: verb,
			headers: headers(verb, values),
			body: verb === "POST" ? bodyOf(values) : undefined,
			signal: stop.signal,
		})
	} catch {
		throw signal?.aborted ? new Failure("stopped", []) : new Failure(stop.signal.aborted ? "timeout" : "offline", [])
	} finally {
		clearTimeout(timer)
	}
}

function headers(verb: string, values: Arguments): Record<string, string> {
	const always = { Accept: "application/json" }
	if (verb !== "POST") return always
	const token = { ...always, "X-Frappe-CSRF-Token": boot.csrf_token }
	return values instanceof FormData ? token : { ...token, "Content-Type": "application/json" } // a form says its own kind
}

function bodyOf(values: Arguments): BodyInit {
	return values instanceof FormData ? values : JSON.stringify(values)
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
