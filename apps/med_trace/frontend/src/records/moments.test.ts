import { expect, it } from "vitest"
import { fromLocal, toLocal } from "./moments"

it("what the server says is what the input shows, and back", () => {
	expect(toLocal("2026-01-31 08:05:09.123456", "Datetime")).toBe("2026-01-31T08:05:09")
	expect(fromLocal("2026-01-31T08:05", "Datetime")).toBe("2026-01-31 08:05:00")
	expect(toLocal("8:05:00", "Time")).toBe("08:05:00")
	expect(fromLocal("08:05", "Time")).toBe("08:05:00")
	expect(toLocal("2026-01-31", "Date")).toBe("2026-01-31")
	expect(toLocal(null, "Date")).toBe("")
	expect(fromLocal("", "Datetime")).toBeNull()
})
