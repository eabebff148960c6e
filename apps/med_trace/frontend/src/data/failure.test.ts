import { expect, it } from "vitest"
import { failure, plain } from "./failure"

function said(...messages: string[]) {
	return { _server_messages: JSON.stringify(messages.map((message) => JSON.stringify({ message }))) }
}

it("the server's own words are shown once, as text", () => {
	expect(failure(417, said("Lot <b>A</b> is on hold", "Lot <b>A</b> is on hold"), false).words).toEqual(["Lot A is on hold"])
})

it("a comparison in a message is no markup", () => {
	expect(plain("5 < 6 &lt; 7")).toBe("5 < 6 < 7")
})

it.each([
	[403, {}, true, "login"],
	[403, {}, false, "permission"],
	[404, {}, false, "missing"],
	[403, { exc_type: "WrongPassword" }, false, "refused"],
	[409, {}, false, "refused"],
	[400, { exc_type: "CSRFTokenError" }, false, "login"],
	[500, {}, false, "server"],
])("status %i %o as guest %s is %s", (status, body, isGuest, kind) => {
	expect(failure(status, body, isGuest).kind).toBe(kind)
})
