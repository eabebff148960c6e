/** How an event looks on a timeline. Its word is in the legend and in what is read aloud. */

interface Look {
	sign: string
	colour: string
}

const GOOD = "#15803d"
const BAD = "#b91c1c"
const STOP = "#c2410c"
const WORK = "#1d4ed8"
const AWAY = "#6d28d9"
const PLAIN = "#4b5563"

const LOOKS: Record<string, Look> = {
	Received: { sign: "↓", colour: WORK },
	Transformed: { sign: "▶", colour: WORK },
	Split: { sign: "⑂", colour: WORK },
	Merged: { sign: "⋎", colour: WORK },
	Aggregated: { sign: "▣", colour: WORK },
	Disaggregated: { sign: "▢", colour: WORK },
	Inspected: { sign: "◎", colour: PLAIN },
	Accepted: { sign: "✓", colour: GOOD },
	Finished: { sign: "◼", colour: GOOD },
	Released: { sign: "★", colour: GOOD },
	Held: { sign: "‖", colour: STOP },
	"Hold Lifted": { sign: "▷", colour: GOOD },
	"Release Revoked": { sign: "☆", colour: BAD },
	Rejected: { sign: "✕", colour: BAD },
	Recalled: { sign: "⚠", colour: BAD },
	"Recall Lifted": { sign: "△", colour: GOOD },
	Shipped: { sign: "→", colour: AWAY },
	Delivered: { sign: "⇥", colour: AWAY },
	Returned: { sign: "←", colour: AWAY },
	Scrapped: { sign: "⊘", colour: BAD },
	Sampled: { sign: "◌", colour: PLAIN },
}

export function lookOfEvent(type: string): Look {
	return LOOKS[type] ?? { sign: "•", colour: PLAIN }
}
