/** What people are called: asked of the server once for each, together for all that a page shows at a time. */
import { reactive } from "vue"
import { get } from "./server"

const names = reactive(new Map<string, string>())
const asked = new Set<string>()
let next: string[] = []

/** The full name of a user; until it is known, or where it is not told, the part of the id before the host. */
export function nameOfUser(user: string): string {
	if (!asked.has(user)) ask(user)
	return names.get(user) ?? user.split("@")[0]
}

function ask(user: string) {
	asked.add(user)
	if (!next.length) queueMicrotask(askForAll)
	next.push(user)
}

async function askForAll() {
	const users = next
	next = []
	const found = await get<Record<string, string>>("med_trace.api.screen.people", { users: JSON.stringify(users) }).catch(() => ({}))
	for (const [user, name] of Object.entries(found)) names.set(user, name)
}
