import { CronError } from './cronFields.ts'
import { type CronLine, readCronLine } from './cronLine.ts'
import { quote } from './quote.ts'
import { utc, type Zone, zoneOf } from './zone.ts'

/** The schedule of a project as people write it: cron lines divided by `;` or new lines, times in an IANA zone. */
export interface ScheduleTexts {
  scaleDown: string
  scaleUp: string
  timeZone: string
}

/** Cron lines that were checked, in a zone that exists. */
export interface Schedule {
  scaleDown: CronLine[]
  scaleUp: CronLine[]
  zone: Zone
}

/** A text that can never work: the field that has it, and why, as a sentence about the two. */
export interface ScheduleFault {
  field: keyof ScheduleTexts
  message: string
}

/** What people wrote, line by line, and what of it can be used. */
export interface ReadSchedule {
  scaleDown: string[]
  scaleUp: string[]
  timeZone: string
  /** UTC where the zone does not exist. */
  zone: Zone
  /** Undefined without a line that can be used. */
  schedule: Schedule | undefined
  faults: ScheduleFault[]
}

/** As much as people write for one direction. More is no schedule, and reading it would keep other projects waiting. */
const most = { lines: 20, characters: 1024 } as const

/**
 * Reads each field on its own: a wrong line to sleep by must not keep a project from waking by a right one. A direction
 * with a wrong line has no lines, and without its zone a schedule has none. The faults are all there are.
 */
export function readSchedule(texts: ScheduleTexts): ReadSchedule {
  const down = readDirection('scaleDown', texts.scaleDown)
  const up = readDirection('scaleUp', texts.scaleUp)
  const timeZone = texts.timeZone.trim()
  const zone = zoneOf(timeZone)
  const faults = [...down.faults, ...up.faults]
  if (zone === undefined) {
    faults.push({ field: 'timeZone', message: `timeZone ${quote(timeZone)} is no IANA time zone, e.g. Asia/Tokyo` })
  }
  const isEmpty = down.crons.length + up.crons.length === 0
  const schedule = isEmpty || zone === undefined ? undefined : { scaleDown: down.crons, scaleUp: up.crons, zone }
  return { scaleDown: down.lines, scaleUp: up.lines, timeZone, zone: zone ?? utc, schedule, faults }
}

interface Direction {
  lines: string[]
  crons: CronLine[]
  faults: ScheduleFault[]
}

function readDirection(field: 'scaleDown' | 'scaleUp', text: string): Direction {
  const refuse = (lines: string[], messages: string[]): Direction => ({
    lines,
    crons: [],
    faults: messages.map((message) => ({ field, message: `${field} ${message}` })),
  })
  if (text.length > most.characters) {
    return refuse([], [`has ${text.length} characters, more than the ${most.characters} of a schedule: ${quote(text)}`])
  }
  const lines = text
    .split(/[;\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (lines.length > most.lines) {
    return refuse([], [`has ${lines.length} lines, more than the ${most.lines} of a schedule: ${quote(text)}`])
  }
  const read = lines.map((line) => ({ line, cron: readCronLine(line) }))
  const wrong = read.flatMap(({ line, cron }) =>
    cron instanceof CronError ? [`${quote(line)} is no cron line: ${cron.message}`] : [],
  )
  if (wrong.length > 0) return refuse(lines, wrong)
  return { lines, crons: read.flatMap(({ cron }) => (cron instanceof CronError ? [] : [cron])), faults: [] }
}
