/** What a signature says, in a sentence: its meaning, written out. Knows nothing of Vue. */

export const SENTENCES: Record<string, string> = {
	Released: "I have reviewed the records of this lot. It may leave.",
	"Release Revoked": "The release no longer stands: the lot is held, with everything made from it.",
	Approved: "I have reviewed this record and approve it.",
	Obsolete: "This revision is no longer used.",
	"Disposition Approved": "I approve what is decided about every piece.",
	Initiated: "The recall begins: everything in its scope is held and recalled.",
	Terminated: "The recall has done what it could, and ends.",
}

export function sentenceOf(meaning: string): string {
	return SENTENCES[meaning] ?? ""
}

const FIELD = /^\w+$/

/** The names of changed fields as a reader knows them: `label` is asked for each. */
export function changedWords(changed: readonly string[], label: (field: string) => string): string {
	return changed.map((field) => (FIELD.test(field) ? label(field) : field)).join(", ")
}
