import { expect, it } from "vitest"
import { barOption } from "./options"

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
