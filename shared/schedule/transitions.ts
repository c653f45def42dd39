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
 * - `late`: a scale-down is late, and the night is still long. Whether somebody works meanwhile is seen on the workloads
 *   only: apply it unless one of them was woken or raised since;
 * - `skip`: the scale-down comes too late, as nobody wants 22:00 at 15:00. `why` is the end of a sentence about it;
 * - `none`: nothing is due.
 */
export type Due =
  | { kind: 'apply'; transition: Transition }
  | { kind: 'record'; applied: Required<Applied> }
  | { kind: 'late'; transition: Transition }
  | { kind: 'skip'; transition: Transition; why: string }
  | { kind: 'none' }

// The clocks of two hosts differ a little, and what one has just recorded is no fault for the other.
const clockSkewMs = 5 * 60 * 1000

/** Whether a time that is past by its meaning lies in the future. Nothing would be due until then. */
export const isAhead = (time: Date, now: Date): boolean => time.getTime() - now.getTime() > clockSkewMs

/**
 * A scale-down may be this late, and later when there is more than this until the next scale-up. A scale-up is never too
 * late.
 */
const scaleDownPatienceMs = 2 * 60 * 60 * 1000

/** The time that it is, the transitions that were applied, and the time between two ticks. */
export interface Progress {
  now: Date
  applied: Applied
  tickMs: number
}

/**
 * Edge, not level: only the newest transition counts, and only once, so that a project that somebody wakes at midnight
 * stays awake until the next one. When both fall on the same minute the project wakes. At first sight of a project, one
 * that came since the last tick is not its past: somebody may have set the label a minute before.
 */
export function dueTransition(schedule: Schedule, { now, applied, tickMs }: Progress): Due {
  const { scaleDown, scaleUp, zone } = schedule
  const down = newestOccurrence(scaleDown, zone, now)
  const up = newestOccurrence(scaleUp, zone, now)
  const last = latest(applied['scale-down'], applied['scale-up'])
  const newest = latest(down, up)
  const isOfLastTick = newest !== undefined && now.getTime() - newest.getTime() < tickMs
  if (last === undefined && !isOfLastTick)
    return { kind: 'record', applied: { 'scale-down': down ?? now, 'scale-up': up ?? now } }
  if (last !== undefined && isAhead(last, now)) {
    const untilNow = (time: Date | undefined) => (time === undefined || time > now ? now : time)
    return {
      kind: 'record',
      applied: { 'scale-down': untilNow(applied['scale-down']), 'scale-up': untilNow(applied['scale-up']) },
    }
  }

  if (newest === undefined || (last !== undefined && newest <= last)) return { kind: 'none' }
  const transition: Transition = { action: newest.getTime() === up?.getTime() ? 'scale-up' : 'scale-down', at: newest }
  const lateMs = now.getTime() - newest.getTime()
  if (transition.action === 'scale-up' || lateMs <= scaleDownPatienceMs) return { kind: 'apply', transition }
  const next = nextOccurrence(scaleUp, zone, now)
  if (next !== undefined && next.getTime() - now.getTime() > scaleDownPatienceMs) return { kind: 'late', transition }
  const until = next === undefined ? 'its schedule has no scale-up' : `the next scale-up is at ${next.toISOString()}`
  return { kind: 'skip', transition, why: `it is ${Math.round(lateMs / 60_000)} minutes late, and ${until}` }
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
