import { quote } from '../../../schedule/index.ts'

/** A text that somebody wrote, in quotes and cut, for a message about it; `missing` when there is none. */
export const quoted = (text: string | undefined): string => (text === undefined ? 'missing' : quote(text))

/** Says why a value of a flag cannot be understood, as the rest of a sentence that begins with its key. */
export const whyNoFlag = (value: string | undefined): string | undefined =>
  value === undefined || value === 'true' || value === 'false'
    ? undefined
    : `is ${quote(value)}, neither "true" nor "false"`
