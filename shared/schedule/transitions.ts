import { newestOccurrence, nextOccurrence } from './occurrences.ts'
import type { Schedule } from './schedule.ts'

export type Action = 'scale-down' | 'scale-up'

/** A moment at which a project's schedule wants it asleep or awake. */
export interface Transition {
  action: Action
  at: Date
}

/** The transition last applied in each direction, as recorded; undefined when there is none. */
export type Applied = Partial<Record<Action, Date>>

/**
 * The next step for a project:
 * - `apply`: carry the transition out, then record it;
 * - `record`: the project is seen for the first time, or what is recorded of it lies in the future. Its past is not ours
 *   to make up for, so record and do nothing;
 * - `skip`: the scale-down comes too late, as nobody wants 22:00 at 15:00;
 * - `none`: nothing is due.
 */
export type Due =
  | { kind: 'apply'; transition: Transition }
  | { kind: 'record'; applied: Required<Applied> }
  | { kind: 'skip'; transition: Transition }
  | { kind: 'none' }

// The clocks of two hosts differ a little, and what one has just recorded is no fault for the other.
const clockSkewMs = 5 * 60 * 1000

/** Whether a time that is past by its meaning lies in the future. Nothing would be due until then. */
export const isAhead = (time: Date, now: Date): boolean => time.getTime() - now.getTime() > clockSkewMs

/** A scale-down may be this late. A scale-up is never too late. */
const scaleDownPatienceMs = 2 * 60 * 60 * 1000

/**
 * Edge, not level: only the newest transition counts, and only once, so that a project that somebody wakes at midnight
 * stays awake until the next one. When both fall on the same minute the project wakes.
 */
export function dueTransition(schedule: Schedule, { now, applied }: { now: Date; applied: Applied }): Due {
  const { scaleDown, scaleUp, zone } = schedule
  const down = newestOccurrence(scaleDown, zone, now)
  const up = newestOccurrence(scaleUp, zone, now)
  const last = latest(applied['scale-down'], applied['scale-up'])
  if (last === undefined) return { kind: 'record', applied: { 'scale-down': down ?? now, 'scale-up': up ?? now } }
  if (isAhead(last, now)) {
    const untilNow = (time: Date | undefined) => (time === undefined || time > now ? now : time)
    return {
      kind: 'record',
      applied: { 'scale-down': untilNow(applied['scale-down']), 'scale-up': untilNow(applied['scale-up']) },
    }
  }

  const newest = latest(down, up)
  if (newest === undefined || newest <= last) return { kind: 'none' }
  const transition: Transition = { action: newest.getTime() === up?.getTime() ? 'scale-up' : 'scale-down', at: newest }
  const late = now.getTime() - newest.getTime() > scaleDownPatienceMs
  return { kind: transition.action === 'scale-down' && late ? 'skip' : 'apply', transition }
}

/** The next transition of each direction, for people to see; undefined where the schedule has none. */
export const nextTransitions = (
  { scaleDown, scaleUp, zone }: Schedule,
  now: Date,
): Record<Action, Date | undefined> => ({
  'scale-down': nextOccurrence(scaleDown, zone, now),
  'scale-up': nextOccurrence(scaleUp, zone, now),
})

function latest(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a > b ? a : b
}
