import { expect, it } from "vitest"
import { barOption, runOption } from "./options"

const format = (value: number) => `${value}!`

it("bars of several kinds carry patterns, since colour is never the only sign", () => {
	const option = barOption({ labels: ["a"], series: [{ name: "x", values: [1] }, { name: "y", values: [2] }], stacked: true, format }) as any
	expect(new Set(option.series.map((one: any) => JSON.stringify(one.itemStyle.decal))).size).toBe(2)
	expect(option.series.map((one: any) => one.stack)).toEqual(["all", "all"])
	expect(option.legend.show).not.toBe(false)
})

it("one kind of bars needs neither legend nor pattern", () => {
	const option = barOption({ labels: ["a"], series: [{ name: "x", values: [1] }], horizontal: true, format }) as any
	expect(option.legend.show).toBe(false)
	expect(option.series[0].itemStyle.decal).toBeUndefined()
	expect(option.yAxis.data).toEqual(["a"])
	expect(option.xAxis.axisLabel.formatter(3)).toBe("3!")
})

it("a run's limits are always in the picture, and what stands out has another shape", () => {
	const option = runOption({ labels: ["1", "2"], values: [5, null], name: "d", limits: [{ name: "USL", value: 9, kind: "spec" }, { name: "LSL", value: 1, kind: "spec" }], marked: [0], format }) as any
	expect(option.yAxis.min).toBeLessThan(1)
	expect(option.yAxis.max).toBeGreaterThan(9)
	expect(option.series[0].data[0].symbol).toBe("diamond")
	expect(option.series[0].data[1].symbol).toBe("circle")
})

it("a run of equal values has room above and below", () => {
	const option = runOption({ labels: ["1"], values: [0], name: "d", limits: [], format }) as any
	expect(option.yAxis.min).toBeLessThan(0)
	expect(option.yAxis.max).toBeGreaterThan(0)
})
