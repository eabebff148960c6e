/** Moves and pastes of a grid that is filled by keyboard, as in a spreadsheet. Knows nothing of Vue. */

export interface Place {
	row: number
	column: number
}

/** Where a key leads; null where it means what it always means. Enter goes down, then to the top of the next column. */
export function move(key: string, from: Place, rows: number, lengths: number[], isBack = false): Place | null {
	const { row, column } = from
	switch (key) {
		case "Enter":
			return isBack ? up(from, lengths) : down(from, lengths)
		case "ArrowDown":
			return row + 1 < lengths[column] ? { row: row + 1, column } : null
		case "ArrowUp":
			return row > 0 ? { row: row - 1, column } : null
		case "ArrowRight":
			return column + 1 < lengths.length ? { row: Math.min(row, lengths[column + 1] - 1), column: column + 1 } : null
		case "ArrowLeft":
			return column > 0 ? { row: Math.min(row, lengths[column - 1] - 1), column: column - 1 } : null
		case "Home":
			return { row: 0, column }
		case "End":
			return { row: Math.min(rows, lengths[column]) - 1, column }
		default:
			return null
	}
}

function down({ row, column }: Place, lengths: number[]): Place | null {
	if (row + 1 < lengths[column]) return { row: row + 1, column }
	return column + 1 < lengths.length ? { row: 0, column: column + 1 } : null
}

function up({ row, column }: Place, lengths: number[]): Place | null {
	if (row > 0) return { row: row - 1, column }
	return column > 0 ? { row: lengths[column - 1] - 1, column: column - 1 } : null
}

/** What was copied from a spreadsheet, a gauge's file or a list: lines of cells. A single line of many numbers is a column. */
export function cellsOf(text: string): string[][] {
	const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n")
	const cells = lines.map((line) => line.split("\t").map((cell) => cell.trim()))
	if (cells.length === 1 && cells[0].length === 1) {
		const parts = cells[0][0].split(/[;\s]+/).filter(Boolean)
		return parts.length > 1 ? parts.map((part) => [part]) : cells
	}
	return cells
}

/** The places that pasted cells go to, from where the cursor is; what lies outside the grid is left out and counted. */
export function spread(cells: string[][], from: Place, lengths: number[]): { cells: { place: Place; text: string }[]; left: number } {
	const all = cells.flatMap((line, row) => line.map((text, column) => ({ place: { row: from.row + row, column: from.column + column }, text })))
	const fitting = all.filter(({ place }) => place.column < lengths.length && place.row < lengths[place.column])
	return { cells: fitting, left: all.length - fitting.length }
}
