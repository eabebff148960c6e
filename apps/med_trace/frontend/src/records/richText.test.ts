import { expect, it } from "vitest"
import { fromLines, toLines } from "./richText"

it("what is typed comes back as it was typed, signs and empty lines too", () => {
	for (const text of ["one", "one\n", "one\n\n", "\ntwo", "one\n\ntwo & three", "a < b > c", "<b>no markup</b>", "&lt;"]) expect(toLines(fromLines(text))).toBe(text)
	expect(fromLines("  \n")).toBe("")
})

it("what the desk wrote as paragraphs is lines", () => {
	expect(toLines('<div class="ql-editor read-mode"><p>Screw, M3</p><p><br></p><p>5 &amp; 6</p></div>')).toBe("Screw, M3\n\n5 & 6")
	expect(toLines("plain &amp; simple")).toBe("plain & simple")
})

it("what has more than lines is not made plain", () => {
	for (const html of ["<p><b>bold</b></p>", "<ul><li>x</li></ul>", '<p><img src="/x.png"></p>', "<!-- x -->"]) expect(toLines(html)).toBeNull()
})
