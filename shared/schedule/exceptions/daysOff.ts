import { escapeMisleading, quote } from '../quote.ts'
import { readDay } from '../time.ts'
import type { DaysOff } from './exceptions.ts'

const dayMs = 24 * 60 * 60 * 1000

/** As much as people write. More is no list of days, and looking through it would keep other projects waiting. */
const most = { entries: 100, characters: 4096, days: 366, name: 100 } as const

/** A day, maybe `..` and another one, maybe a blank and a name. */
const entryForm = /^([^\s.]+)(?:\s*\.\.\s*([^\s.]+))?(?:\s+(.+))?$/

/**
 * Reads days and ranges of days, each maybe with a name, e.g. `2026-12-29..2027-01-03 年末年始; 2027-02-11`. What of it
 * cannot be understood is told, each as the rest of a sentence that begins with the name of the list. `because` is that name.
 */
export function readDaysOff(text: string, because: string): { daysOff: DaysOff[]; wrong: string[] } {
  if (text.length > most.characters)
    return { daysOff: [], wrong: [`has ${text.length} characters, more than the ${most.characters} of a list of days`] }
  const entries = text
    .split(/[;,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  if (entries.length > most.entries)
    return { daysOff: [], wrong: [`has ${entries.length} entries, more than the ${most.entries} of a list of days`] }
  const read = entries.map((entry) => readRange(entry, because))
  return {
    daysOff: read.flatMap((one) => (typeof one === 'string' ? [] : one)),
    wrong: read.flatMap((one) => (typeof one === 'string' ? one : [])),
  }
}

function readRange(entry: string, because: string): DaysOff | string {
  const [, first = '', last = first, name] = entryForm.exec(entry) ?? []
  const [fromWallMs, lastWallMs] = [readDay(first), readDay(last)]
  if (fromWallMs === undefined || lastWallMs === undefined)
    return `holds ${quote(entry)}, which is no day such as 2027-02-11 and no range such as 2026-12-29..2027-01-03`
  const toWallMs = lastWallMs + dayMs
  if (toWallMs <= fromWallMs) return `holds ${quote(entry)}, which ends before it begins`
  if (toWallMs - fromWallMs > most.days * dayMs) return `holds ${quote(entry)}, which is longer than ${most.days} days`
  if (name === undefined) return { fromWallMs, toWallMs, because }
  if (name.length > most.name) return `holds ${quote(entry)}, whose name is longer than ${most.name} characters`
  return { fromWallMs, toWallMs, because: `${because}: ${escapeMisleading(name)}` }
}
