import { quote } from '../../schedule/index.ts'

/** A text that somebody wrote, in quotes and cut, for a message about it; `missing` when there is none. */
export const quoted = (text: string | undefined): string => (text === undefined ? 'missing' : quote(text))
