import { expect, it, vi } from "vitest"

const get = vi.fn(async (_method: string, values: { users: string }) => Object.fromEntries((JSON.parse(values.users) as string[]).filter((one) => one !== "gone@x").map((one) => [one, `Full ${one}`])))
vi.mock("./server", () => ({ get }))

it("names are asked for together, once, and the short id stands where there is none", async () => {
	const { nameOfUser } = await import("./people")
	expect([nameOfUser("ann@x"), nameOfUser("bob@x"), nameOfUser("ann@x"), nameOfUser("gone@x")]).toEqual(["ann", "bob", "ann", "gone"])
	await vi.waitFor(() => expect(nameOfUser("bob@x")).toBe("Full bob@x"))
	expect([nameOfUser("ann@x"), nameOfUser("gone@x")]).toEqual(["Full ann@x", "gone"])
	expect(get).toHaveBeenCalledTimes(1)
	expect(JSON.parse(get.mock.calls[0][1].users)).toEqual(["ann@x", "bob@x", "gone@x"])
})
