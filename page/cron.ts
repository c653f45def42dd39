import cronstrue from 'cronstrue'
import 'cronstrue/locales/ja.js'

/** A cron line in words, or undefined for one that is none. It is in a file of its own: only an editor loads it. */
export function describeCron(line: string, language: string): string | undefined {
  try {
    return cronstrue.toString(line, { locale: language, use24HourTimeFormat: true, throwExceptionOnParseError: true })
  } catch {
    return undefined
  }
}
