/** Numbers as they were typed, compared exactly: 0.3 is 0.3, whatever a computer makes of it. Knows nothing of Vue. */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i

/** The number as the server reads it; null for nothing, undefined for what is no number. Full-width digits are digits. */
export function parseNumber(typed: string | number | null | undefined): number | null | undefined {
	const text = String(typed ?? "").normalize("NFKC").replace("。", ".").trim()
	if (!text) return null
	if (!NUMBER.test(text)) return undefined
	const number = Number(text)
	return Number.isFinite(number) && Math.abs(number) < 1e12 ? number : undefined
}

/** -1, 0 or 1. Both are numbers, as text or as such. */
export function compare(one: string | number, other: string | number): number {
	const [left, right] = [exact(one), exact(other)]
	const least = Math.min(left.power, right.power)
	const difference = left.digits * 10n ** BigInt(left.power - least) - right.digits * 10n ** BigInt(right.power - least)
	return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function exact(number: string | number): { digits: bigint; power: number } {
	const [, sign, whole, part = "", power = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(String(number).trim()) ?? []
	return { digits: BigInt(`${sign === "-" ? "-" : ""}${whole}${part}` || "0"), power: Number(power) - part.length }
}
