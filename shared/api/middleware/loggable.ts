import { escapeMisleading } from '../../schedule/index.ts'

const longest = 256

/** A text of somebody else's as a log line may hold it: cut, and with the characters escaped that could mislead a reader. */
export function loggable(text: string, max = longest): string {
  const escaped = escapeMisleading(text.slice(0, max))
  return text.length > max || escaped.length > max ? `${escaped.slice(0, max - 1)}…` : escaped
}
