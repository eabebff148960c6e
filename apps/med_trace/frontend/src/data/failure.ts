/** An answer that is none, as a class with its kind and the server's own words. */

export type FailureKind = "offline" | "timeout" | "stopped" | "login" | "permission" | "missing" | "refused" | "server"

export class Failure extends Error {
	constructor(
		readonly kind: FailureKind,
		readonly words: string[],
		readonly status = 0,
		/** The name of the error on the server, where a page has to tell one from another. */
		readonly code = "",
	) {
		super(words.join(" ") || kind)
	}
}

/** Whatever was thrown, as a Failure. */
export function asFailure(problem: unknown): Failure {
	return problem instanceof Failure ? problem : new Failure("server", [String(problem)])
}

interface ErrorBody {
	exc_type?: string
	_server_messages?: string
	_error_message?: string
	message?: unknown
	session_expired?: number
}

/** Refusals of a signature come with 403, but say themselves what to do. */
const OF_SIGNING = new Set(["UserIdRequired", "WrongPassword", "PasswordTooOld", "SignatureRefused", "SecurityException", "TooManyRequestsError"])

/** What went wrong, from status and body; `isGuest`: the server no longer knows the session. */
export function failure(status: number, body: ErrorBody, isGuest: boolean): Failure {
	return new Failure(kindOf(status, body, isGuest), wordsOf(body), status, body.exc_type)
}

function kindOf(status: number, body: ErrorBody, isGuest: boolean): FailureKind {
	if (body.session_expired || body.exc_type === "CSRFTokenError") return "login"
	if ((status === 401 || status === 403) && isGuest) return "login"
	if (OF_SIGNING.has(body.exc_type ?? "")) return "refused"
	if (status === 403) return "permission"
	if (status === 404) return "missing"
	return status >= 500 ? "server" : "refused"
}

function wordsOf(body: ErrorBody): string[] {
	const packed: string[] = parse(body._server_messages) ?? []
	const said = packed.map((entry) => parse<{ message?: string }>(entry)?.message ?? entry)
	if (!said.length && body._error_message) said.push(body._error_message)
	if (!said.length && typeof body.message === "string") said.push(body.message)
	return [...new Set(said.map(plain))].filter(Boolean)
}

function parse<T>(text: string | undefined): T | undefined {
	try {
		return text ? (JSON.parse(text) as T) : undefined
	} catch {
		return undefined
	}
}

/** Frappe's messages may hold markup; the pages show text. */
export function plain(html: string): string {
	return html
		.replace(/<(br|\/p|\/li|\/div)[^>]*>/gi, "\n")
		.replace(/<\/?[a-z][^>]*>/gi, "")
		.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#0?39;/g, "'").replace(/&amp;/g, "&")
		.trim()
}
