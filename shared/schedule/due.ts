import type { Exceptions } from './exceptions/exceptions.ts'
import { first, type PlannedTransition } from './exceptions/stream.ts'
import { transitionsBetween } from './exceptions/transitionsBetween.ts'
import { latenessOf } from './lateness.ts'
import type { Schedule } from './schedule.ts'
import type { Action, Transition } from './transition.ts'

/** The transition last applied in each direction, as recorded; undefined when there is none. */
export type Applied = Partial<Record<Action, Date>>

/**
 * The next step for a project:
 * - `apply`: carry the transition out, then record it;
 * - `record`: the project is seen for the first time, or what is recorded of it lies in the future. Its past is not ours
 *   to make up for, so record and do nothing;
 * - `late`: a scale-down is late, and the night is still long. Whether somebody works meanwhile is seen on the workloads
 *   only: apply it unless one of them was woken or raised since then;
 * - `skip`: the scale-down comes too late, as nobody wants 22:00 at 15:00. `why` is the end of a sentence about it, and
 *   `isWanted` says that a person has left it out;
 * - `none`: nothing is due.
 */
export type Due =
  | { kind: 'apply'; transition: Transition }
  | { kind: 'record'; applied: Required<Applied> }
  | { kind: 'late'; transition: Transition; since: Date }
  | { kind: 'skip'; transition: Transition; why: string; isWanted?: boolean }
  | { kind: 'none' }

// The clocks of two hosts differ a little, and what one has just recorded is no fault for the other.
const clockSkewMs = 5 * 60 * 1000

/** Whether a time that is past by its meaning lies in the future. Nothing would be due until then. */
export const isAhead = (time: Date, now: Date): boolean => time.getTime() - now.getTime() > clockSkewMs

/** The time that it is, the transitions that were applied, and the time between two ticks. */
export interface Progress {
  now: Date
  applied: Applied
  tickMs: number
}

/**
 * Edge, not level: only the newest transition counts, and only once, so that a project that somebody wakes at midnight
 * stays awake until the next one. At first sight of a project, one that came since the last tick is not its past: somebody
 * may have set the label a minute before.
 */
export function dueTransition(schedule: Schedule, exceptions: Exceptions, { now, applied, tickMs }: Progress): Due {
  const last = lastApplied(applied)
  if (last !== undefined && isAhead(last, now)) {
    const untilNow = (time: Date | undefined) => (time === undefined || time > now ? now : time)
    return {
      kind: 'record',
      applied: { 'scale-down': untilNow(applied['scale-down']), 'scale-up': untilNow(applied['scale-up']) },
    }
  }
  const newestOf = (action?: Action) =>
    first(transitionsBetween(schedule, exceptions, { from: last, to: now, action, acting: true, newestFirst: true }))
  const newest = newestOf()
  const isOfLastTick = newest !== undefined && now.getTime() - newest.at.getTime() < tickMs
  if (last === undefined && !isOfLastTick) {
    const [down, up] = [newestOf('scale-down'), newestOf('scale-up')]
    return { kind: 'record', applied: { 'scale-down': down?.at ?? now, 'scale-up': up?.at ?? now } }
  }
  if (newest === undefined || isDone(newest, applied)) return { kind: 'none' }
  const { action, at, wantedAt: since = at } = newest
  const transition: Transition = { action, at }
  if (action === 'scale-up') return { kind: 'apply', transition }
  const nextScaleUp = () => nextTransition(schedule, exceptions, { now, applied, action: 'scale-up' })
  const lateness = latenessOf(since, { now, nextScaleUp })
  if (lateness === 'in-time') return { kind: 'apply', transition }
  if (lateness === 'late') return { kind: 'late', transition, since }
  const next = nextScaleUp()
  const until = next === undefined ? 'its schedule has no scale-up' : `the next scale-up is at ${next.toISOString()}`
  const minutes = Math.round((now.getTime() - since.getTime()) / 60_000)
  return { kind: 'skip', transition, why: `it is ${minutes} minutes late, and ${until}` }
}

/** Whether a transition, or a newer one, was applied. */
export function isDone({ at, wantedAt = at }: PlannedTransition, applied: Applied): boolean {
  const last = lastApplied(applied)
  return last !== undefined && wantedAt <= last
}

// Cron lines of both directions may meet at every minute of every day.
const mostMeetings = 100

/** The next transition of a direction that will act; undefined when there is none. */
export function nextTransition(
  schedule: Schedule,
  exceptions: Exceptions,
  { now, applied, action }: Pick<Progress, 'now' | 'applied'> & { action: Action },
): Date | undefined {
  let met = 0
  for (const next of transitionsBetween(schedule, exceptions, { from: now, action, acting: true })) {
    const moment = { from: new Date(next.at.getTime() - 1), to: next.at, acting: true }
    const isFirst = first(transitionsBetween(schedule, exceptions, moment))?.action === action
    if (isFirst && !isDone(next, applied)) return next.at
    if (++met > mostMeetings) return undefined
  }
  return undefined
}

/** The next transition of each direction, for people to see; undefined where there is none. */
export const nextTransitions = (
  schedule: Schedule,
  exceptions: Exceptions,
  progress: Pick<Progress, 'now' | 'applied'>,
): Record<Action, Date | undefined> => ({
  'scale-down': nextTransition(schedule, exceptions, { ...progress, action: 'scale-down' }),
  'scale-up': nextTransition(schedule, exceptions, { ...progress, action: 'scale-up' }),
})

/** The transition that was applied last, in either direction. */
export function lastApplied(applied: Applied): Date | undefined {
  const { 'scale-down': down, 'scale-up': up } = applied
  if (down === undefined || up === undefined) return down ?? up
  return down > up ? down : up
}
