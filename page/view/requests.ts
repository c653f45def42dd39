import type { ActionName, Filled } from './address.ts'

/** A request that changes something: the path after the project's, and its body. */
export interface Request {
  path: string
  body: { reason: string } & Record<string, unknown>
}

/** What a person has entered for the schedule: cron lines one a line. An empty field is that of the settings. */
export interface ScheduleLines {
  scaleDown: string
  scaleUp: string
  timeZone: string
}

const pathOf: Record<ActionName, string> = {
  wake: 'restore',
  sleep: 'scale-to-zero',
  'keep-awake': 'keep-awake',
  'keep-asleep': 'keep-asleep',
  skip: 'skip',
  'follow-schedule': 'follow-schedule',
  schedule: 'schedule',
}

/** The request of an action; undefined while something is missing. */
export function requestOf(
  name: ActionName,
  { reason = '', ...filled }: Filled,
  lines?: ScheduleLines,
): Request | undefined {
  if (reason.trim() === '') return undefined
  const path = pathOf[name]
  if (name === 'keep-awake' || name === 'keep-asleep') {
    const { until } = filled
    const length = name === 'keep-awake' ? filled.for : undefined
    if (length) return { path, body: { for: length, reason } }
    return until ? { path, body: { until, reason } } : undefined
  }
  if (name !== 'schedule') return { path, body: { reason } }
  if (lines === undefined) return undefined
  const body = { scale_down: cronLines(lines.scaleDown), scale_up: cronLines(lines.scaleUp), reason }
  return { path, body: { ...body, time_zone: lines.timeZone.trim() || null } }
}

function cronLines(text: string): string[] | null {
  const lines = text.split('\n').map((line) => line.trim())
  const used = lines.filter((line) => line !== '')
  return used.length > 0 ? used : null
}

/** The request that takes an action back; undefined where none does. */
export function takeBackOf(name: ActionName, reason: string): Request | undefined {
  switch (name) {
    case 'wake':
      return { path: 'scale-to-zero', body: { reason } }
    case 'sleep':
      return { path: 'restore', body: { reason } }
    case 'keep-awake':
    case 'keep-asleep':
    case 'skip':
      return { path: 'follow-schedule', body: { reason } }
    default:
      return undefined
  }
}
