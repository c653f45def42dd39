import { Cron } from 'croner'
import { createZone, type Zone } from './zone.ts'

/** The cron lines of a project as a person writes them: 5 fields, names and L, # as croner has them. */
export interface ScheduleLines {
  scaleDown: string[]
  scaleUp: string[]
  /** IANA, e.g. `Asia/Tokyo`. */
  timeZone: string
}

/** Cron lines that were checked, in a zone that exists. */
export interface Schedule {
  scaleDown: Cron[]
  scaleUp: Cron[]
  zone: Zone
}

/** A line or zone that can never work. For a project the message names the project, the field and the text. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError'
  /** The field that has the text. */
  readonly field: keyof ScheduleLines

  constructor(field: keyof ScheduleLines, message: string) {
    super(message)
    this.field = field
  }
}

// Any moment will do for asking whether a line ever fires: croner looks far enough ahead for every leap day.
const anyTime = new Date(Date.UTC(2000, 0, 1))

/**
 * Checks the lines of a project.
 * @throws ScheduleError
 */
export function parseSchedule(project: string, lines: ScheduleLines): Schedule {
  const fail = (field: keyof ScheduleLines, text: string, why: string) =>
    new ScheduleError(field, `project ${project}: ${field} ${JSON.stringify(text)} ${why}`)

  const parseLines = (field: 'scaleDown' | 'scaleUp') =>
    lines[field].map((text) => {
      let cron: Cron
      try {
        // The zone is ours to apply: to croner a wall time is a time in UTC.
        cron = new Cron(text, { mode: '5-part', timezone: 'UTC', paused: true })
      } catch (error) {
        throw fail(field, text, `is no cron line: ${error instanceof Error ? error.message : error}`)
      }
      if (cron.nextRun(anyTime) === null) throw fail(field, text, 'never comes: there is no such day')
      return cron
    })

  let zone: Zone
  try {
    zone = createZone(lines.timeZone)
  } catch {
    throw fail('timeZone', lines.timeZone, 'is no IANA time zone, e.g. Asia/Tokyo')
  }
  return { scaleDown: parseLines('scaleDown'), scaleUp: parseLines('scaleUp'), zone }
}
