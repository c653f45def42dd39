/** The longest text of somebody else that we repeat. What they wrote may have 256 KiB; a message must not. */
const longestQuote = 100

/** The first `max` characters of a text, and `…` in place of the rest. A character beyond U+FFFF is never divided. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

// Controls, invisible and bidirectional characters, line separators, halves of surrogate pairs: a terminal or a reader
// would show another line than the one that was written.
const misleading = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** The text with the characters escaped that could mislead its reader, as `\u{202e}`. */
export const escapeMisleading = (text: string): string =>
  text.replace(misleading, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

/** A text that somebody wrote, in quotation marks, for a message: at most 100 characters of it, none of them misleading. */
export const quote = (text: string): string => escapeMisleading(JSON.stringify(cut(text, longestQuote)))
