/** Electronic signatures: what may be signed now, the signing itself, and the signatures of a record. */
import { get, post } from "./server"

export interface Meaning {
	meaning: string
	role: string
	needed: number
	given: number
	reason_required: boolean
	/** The workflow action, Submit or Cancel that the last needed signature carries out; else empty. */
	action: string
	/** Whether this person may give it now; else why not, in the reader's language. */
	may_sign: boolean
	why_not: string
}

export interface SignStatus {
	/** The first signing of a session asks for the user id too. */
	needs_user: boolean
	/** Why this person can sign nothing at all; empty when that is not so. */
	why_not: string
	meanings: Meaning[]
}

export function signStatus(doctype: string, name: string): Promise<SignStatus> {
	return get<SignStatus>("med_trace.api.sign.status", { doctype, name })
}

export interface Signing {
	doctype: string
	name: string
	meaning: string
	password: string
	reason?: string
	user?: string
}

export function sign(signing: Signing): Promise<string> {
	return post<string>("med_trace.api.sign.sign", { ...signing })
}

export interface Signature {
	name: string
	signer: string
	printed_name: string
	meaning: string
	signed_at: string
	time_zone: string
	reason: string | null
	valid: boolean
	/** The fields that are no longer what was signed. */
	changed: string[]
}

export function signatures(doctype: string, name: string): Promise<Signature[]> {
	return get<Signature[]>("med_trace.api.sign.signatures", { doctype, name })
}
