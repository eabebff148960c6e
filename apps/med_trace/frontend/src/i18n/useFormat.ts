/** The formats, in the language of the page. */
import { boot } from "../data/boot"
import { nameOfUser } from "../data/people"
import * as format from "../format"
import { t } from "./index"

export const date = (text: string | null | undefined) => format.formatDate(text, boot.lang)
export const day = (text: string | null | undefined) => format.formatDay(text, boot.lang)
export const moment = (text: string | null | undefined) => format.formatMoment(text, boot.lang)
export const number = (value: unknown) => format.formatNumber(value, boot.lang)

/** A quantity with its unit of measure. */
export function quantity(value: unknown, uom?: string | null): string {
	const shown = number(value)
	return uom && shown ? `${shown} ${t(uom)}` : shown
}

/** A user by his full name. */
export function who(user: string | null | undefined): string {
	return user ? nameOfUser(user) : ""
}
