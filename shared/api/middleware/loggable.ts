const longest = 256

// Controls, invisible and bidirectional characters, line separators, halves of surrogate pairs: a terminal or a reader
// would show another line than the one that was written.
const misleading = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A text of somebody else's as a log line may hold it: cut, and with the characters escaped that could mislead a reader. */
export function loggable(text: string, max = longest): string {
  const kept = text.slice(0, max)
  const escaped = kept.replace(misleading, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return text.length > max || escaped.length > max ? `${escaped.slice(0, max - 1)}…` : escaped
}
