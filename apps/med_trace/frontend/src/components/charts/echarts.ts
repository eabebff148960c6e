/** The parts of echarts that the charts use, and no others: this file is loaded with the first chart. */
import { BarChart } from "echarts/charts"
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components"
import { init, use } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"

use([BarChart, GridComponent, LegendComponent, SVGRenderer, TooltipComponent])

export { init }
