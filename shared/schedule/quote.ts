/** The longest text of somebody else that we repeat. What they wrote may have 256 KiB; a message must not. */
const longestQuote = 100

/** The first `max` characters of a text, and `…` in place of the rest. A character beyond U+FFFF is never divided. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/**
 * A text that somebody wrote, in quotation marks, for a message: at most 100 characters of it, and those that a reader
 * would not see, such as a new line or one that turns the direction of writing, are escaped.
 */
export const quote = (text: string): string =>
  JSON.stringify(cut(text, longestQuote)).replace(
    /[\p{Cf}\u007f-\u009f\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
