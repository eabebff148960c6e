/**
 * The simple conditions of a DocType (depends_on and its kin), without eval: `fieldname` or `eval:doc.a == "x" && !doc.b`.
 * What is more than that cannot be judged here and counts as true: the server judges again. Knows nothing of Vue.
 */

type Values = Record<string, any>

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_$][\w$]*)|(===|!==|==|!=|<=|>=|&&|\|\||[<>!()[\],.]))/y

export function holds(condition: string | null | undefined, doc: Values, parent: Values = {}): boolean {
	const text = (condition ?? "").trim()
	if (!text) return true
	if (!text.startsWith("eval:")) return /^\w+$/.test(text) ? isFilled(doc[text]) : true
	try {
		return !!new Reading(tokens(text.slice(5)), { doc, parent }).whole()
	} catch {
		return true
	}
}

/** The value of `eval:doc.lot`; any other value as it is; undefined for what is more than that. */
export function valueOf(value: unknown, doc: Values, parent: Values = {}): unknown {
	if (typeof value !== "string" || !value.startsWith("eval:")) return value
	try {
		return new Reading(tokens(value.slice(5)), { doc, parent }).whole()
	} catch {
		return undefined
	}
}

function isFilled(value: unknown): boolean {
	return Array.isArray(value) ? value.length > 0 : !!value && value !== "0"
}

interface Token {
	kind: "number" | "text" | "name" | "sign"
	text: string
}

function tokens(text: string): Token[] {
	const found: Token[] = []
	TOKEN.lastIndex = 0
	while (text.slice(TOKEN.lastIndex).trim()) {
		const hit = TOKEN.exec(text)
		if (!hit) throw new Error("not a simple condition")
		const kind = hit[1] ? "number" : hit[2] ? "text" : hit[3] ? "name" : "sign"
		found.push({ kind, text: hit[1] ?? hit[2] ?? hit[3] ?? hit[4] })
	}
	return found
}

const COMPARE: Record<string, (one: any, other: any) => boolean> = {
	"==": (one, other) => (one ?? "") == (other ?? ""), // an empty field may be null or ""
	"!=": (one, other) => (one ?? "") != (other ?? ""),
	"===": (one, other) => one === other,
	"!==": (one, other) => one !== other,
	"<": (one, other) => one < other,
	">": (one, other) => one > other,
	"<=": (one, other) => one <= other,
	">=": (one, other) => one >= other,
}

/** Recursive descent; every level returns a value. */
class Reading {
	private at = 0

	constructor(
		private readonly all: Token[],
		private readonly known: Record<string, Values>,
	) {}

	whole(): unknown {
		const value = this.either()
		if (this.at < this.all.length) throw new Error("not a simple condition")
		return value
	}

	private either(): unknown {
		let value = this.both()
		while (this.takes("||")) value = [value, this.both()].find((one) => one) ?? false
		return value
	}

	private both(): unknown {
		let value = this.compared()
		while (this.takes("&&")) {
			const next = this.compared()
			value = value && next
		}
		return value
	}

	private compared(): unknown {
		if (this.takes("!")) return !this.compared()
		const value = this.plain()
		const sign = this.all[this.at]?.text
		if (!(sign in COMPARE)) return value
		this.at++
		return COMPARE[sign](value, this.plain())
	}

	private plain(): unknown {
		if (this.takes("(")) return this.until(")", this.either())
		if (this.takes("[")) return this.followed(this.list("]"))
		const token = this.all[this.at++]
		if (token?.kind === "number") return Number(token.text)
		if (token?.kind === "text") return token.text.slice(1, -1).replace(/\\(.)/g, "$1")
		if (token?.kind !== "name") throw new Error("not a simple condition")
		return this.named(token.text)
	}

	private named(name: string): unknown {
		if (["true", "false", "null", "undefined"].includes(name)) return { true: true, false: false, null: null, undefined }[name]
		if (name === "in_list" && this.takes("(")) {
			const [among, value] = this.list(")") as [unknown[], unknown]
			return among.includes(value)
		}
		if (["cint", "flt"].includes(name) && this.takes("(")) return Number(this.until(")", this.either())) || 0
		if (!(name in this.known)) throw new Error("not a simple condition")
		return this.followed(this.known[name])
	}

	/** `.field`, `.length`, `.includes(value)` after a value. */
	private followed(value: any): unknown {
		while (this.takes(".")) {
			const { kind, text: name } = this.all[this.at++] ?? {}
			if (kind !== "name") throw new Error("not a simple condition")
			if (name === "includes" && this.takes("(")) value = value?.includes(this.until(")", this.either())) ?? false
			else if (this.all[this.at]?.text === "(") throw new Error("not a simple condition")
			else value = value?.[name]
		}
		return value
	}

	private list(end: string): unknown[] {
		const values: unknown[] = []
		while (!this.takes(end)) {
			values.push(this.either())
			if (!this.takes(",") && this.all[this.at]?.text !== end) throw new Error("not a simple condition")
		}
		return values
	}

	private until(end: string, value: unknown): unknown {
		if (!this.takes(end)) throw new Error("not a simple condition")
		return value
	}

	private takes(sign: string): boolean {
		const token = this.all[this.at]
		const is = token?.kind === "sign" && token.text === sign
		if (is) this.at++
		return is
	}
}
