/** The picture as a file that needs nothing else: an SVG, or a PNG made of it. */
import type { Trace } from "../data/trace"
import { t } from "../i18n"
import { moment, quantity } from "../i18n/useFormat"
import { lookOf } from "../states"
import { BOX, type Box, type Line, type Picture } from "./layout"
import { lineWords, many, MARKS, nameOf, sharedBy, statesOf } from "./words"

const MARGIN = 24
const TITLE = 48
const SANS = "Inter, 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
const WIDEST_PNG = 8_000

export function asSvg(trace: Trace, picture: Picture, title: string): string {
	const width = Math.max(480, picture.width + 2 * MARGIN)
	const height = picture.height + 2 * MARGIN + TITLE
	const lots = trace.nodes.filter((node) => node.type === "Lot").length
	const under = [many({ type: "Lot", count: lots }), moment(localNow())].join(" · ")
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${SANS}">`,
		`<title>${escaped(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>`,
		`<defs><marker id="tip" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#475569"/></marker></defs>`,
		text(MARGIN, 30, title, 20, 'font-weight="600"'),
		text(MARGIN, 50, under, 13, 'fill="#4b5563"'),
		`<g transform="translate(${MARGIN} ${MARGIN + TITLE})">`,
		...picture.lines.map(lineOf),
		...picture.boxes.map((box) => boxOf(box, trace.root)),
		"</g></svg>",
	].join("\n")
}

/** The picture of an SVG; of a very large one, smaller, as browsers draw no larger. */
export async function asPng(svg: string): Promise<Blob> {
	const image = new Image()
	image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
	await image.decode()
	const scale = Math.min(2, WIDEST_PNG / Math.max(image.width, image.height))
	const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(image.width * scale), height: Math.round(image.height * scale) })
	canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height)
	return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(t("The picture is too large for this browser; take the SVG.")))), "image/png"))
}

function lineOf(line: Line): string {
	const words = lineWords(line)
	const path = `<path d="${line.path}" fill="none" stroke="#94a3b8" stroke-width="1.6" marker-end="url(#tip)"/>`
	return words ? path + text(line.x, line.y - 5, words, 13, 'text-anchor="middle" stroke="#ffffff" stroke-width="5" paint-order="stroke"') : path
}

function boxOf(box: Box, root: string): string {
	const { node, cluster } = box
	const colour = node?.type === "Lot" ? lookOf(node.state).colour : node ? "#0f4c81" : "#4b5563"
	const frame = `<rect x="${box.x}" y="${box.y}" width="${BOX.width}" height="${BOX.height}" rx="8" fill="${node?.id === root ? "#eff6ff" : "#ffffff"}" stroke="${colour}" stroke-width="2"${cluster ? ' stroke-dasharray="6 4"' : ""}/>`
	const edge = node ? `<rect x="${box.x}" y="${box.y + 6}" width="7" height="${BOX.height - 12}" fill="${colour}"/>` : ""
	const x = box.x + 18
	if (cluster) return frame + lines(x, box.y, [`+ ${many(cluster)}`, sharedBy(cluster), statesOf(cluster), markText(box)])
	if (node!.type !== "Lot") return frame + edge + lines(x, box.y, [nameOf(node!), t(node!.type), node!.address?.split("\n")[1] ?? ""])
	const state = node!.state ? `${lookOf(node!.state).sign} ${t(node!.state)}` : ""
	return frame + edge + lines(x, box.y, [node!.id, node!.item_name || node!.item_code || "", [state, quantity(node!.quantity, node!.uom)].filter(Boolean).join(" · "), markText(box)])
}

function markText(box: Box): string {
	return (box.node?.marks ?? box.cluster?.marks ?? []).map(({ kind, count, bad }) => `${MARKS[kind]?.sign ?? kind}${bad || count}${bad ? "!" : ""}`).join("  ")
}

function lines(x: number, y: number, words: string[]): string {
	return words.map((one, row) => (one ? text(x, y + 28 + row * 22, cut(one, row), row ? 13 : 15, row ? 'fill="#374151"' : 'font-weight="600"') : "")).join("")
}

/** About as much as fits; Chinese is twice as wide. */
function cut(words: string, row: number): string {
	let room = row ? 31 : 26
	const end = [...words].findIndex((char) => (room -= char > "⺀" ? 2 : 1) < 0)
	return end < 0 ? words : `${[...words].slice(0, end).join("")}…`
}

function text(x: number, y: number, words: string, size: number, more = ""): string {
	const fill = more.includes("fill=") ? "" : ' fill="#111827"'
	return `<text x="${x}" y="${y}" font-size="${size}"${fill} ${more}>${escaped(words)}</text>`
}

function escaped(words: string): string {
	return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;")
}

function localNow(): string {
	const now = new Date()
	const two = (value: number) => String(value).padStart(2, "0")
	return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}`
}
