/** Reads labels from a video: GS1 DataMatrix, GS1-128, QR. Its WebAssembly is a file of ours; nobody else is asked. */
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill"
import reader from "zxing-wasm/reader/zxing_reader.wasm?url"

prepareZXingModule({ overrides: { locateFile: (path: string, folder: string) => (path.endsWith(".wasm") ? reader : folder + path) } })

const FORMATS = ["data_matrix", "qr_code", "code_128"] as const

let detector: BarcodeDetector | undefined

/** Of the codes in sight, one that says everything (DataMatrix, QR) before a linear one, which may be half of two; of
 * these the nearest to the middle. Null when there is none. */
export async function read(picture: HTMLVideoElement | ImageBitmap): Promise<string | null> {
	detector ??= new BarcodeDetector({ formats: [...FORMATS] })
	const found = await detector.detect(picture)
	const [width, height] = picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height]
	const away = ({ boundingBox: box }: (typeof found)[number]) => Math.hypot(box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2)
	const isHalf = ({ format }: (typeof found)[number]) => Number(format === "code_128")
	return found.sort((a, b) => isHalf(a) - isHalf(b) || away(a) - away(b))[0]?.rawValue ?? null
}
