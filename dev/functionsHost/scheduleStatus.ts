import type { Ncrontab } from '../../shared/schedule/index.ts'

/** The status that Azure keeps for each timer, in ISO 8601. `last` is empty until the first run on this schedule. */
export interface ScheduleStatus {
  last: string
  next: string
  lastUpdated: string
}

/**
 * Reads the status that a starting host finds. @returns the status to keep, and whether a run was missed: however many
 * were, they lead to one run. A schedule that changed while the host was down begins with a new status.
 */
export function resume(
  schedule: Ncrontab,
  found: ScheduleStatus | undefined,
  now: Date,
): { status: ScheduleStatus; isPastDue: boolean } {
  if (!found) return { status: first(schedule, now), isPastDue: false }
  const expected = schedule.next(new Date(found.last || found.lastUpdated))?.toISOString() ?? ''
  if (found.next !== expected) return { status: first(schedule, now), isPastDue: false }
  return { status: found, isPastDue: found.next !== '' && new Date(found.next) < now }
}

/** The status after a run that was due at `time`. */
export function afterRun(schedule: Ncrontab, time: Date): ScheduleStatus {
  const last = time.toISOString()
  return { last, next: schedule.next(time)?.toISOString() ?? '', lastUpdated: last }
}

function first(schedule: Ncrontab, now: Date): ScheduleStatus {
  return { last: '', next: schedule.next(now)?.toISOString() ?? '', lastUpdated: now.toISOString() }
}

/** Whether Azure keeps a status for the schedule: not when two of its occurrences are less than a minute apart. */
export function isMonitored(schedule: Ncrontab, now: Date): boolean {
  let time = schedule.next(now)
  for (let count = 0; time && count < 4; count++) {
    const after = schedule.next(time)
    if (after && after.getTime() - time.getTime() < 60_000) return false
    time = after
  }
  return true
}
