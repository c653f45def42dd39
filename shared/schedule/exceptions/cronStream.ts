import { newestOccurrence, nextOccurrence } from '../occurrences.ts'
import type { Schedule } from '../schedule.ts'
import type { Action } from '../transition.ts'
import { bothDirections, type Exceptions } from './exceptions.ts'
import type { PlannedTransition, Range, Stream } from './stream.ts'

/** Times in [fromMs, toMs) at which transitions of one direction are left out. */
export interface Quiet {
  fromMs: number
  toMs: number
  because: string
}

/** Whether a transition of this direction is left out at this time, by `skip` or by a day off; undefined when it is not. */
export type QuietAt = (action: Action, at: Date) => Quiet | undefined

export const quietAt =
  ({ zone }: Schedule, { skips, daysOff }: Exceptions): QuietAt =>
  (action, at) => {
    const ms = at.getTime()
    if (skips.some((skip) => skip.getTime() === ms)) return { fromMs: ms, toMs: ms + 1, because: 'skip' }
    if (action === 'scale-down' || daysOff.length === 0) return undefined
    const wall = zone.wallOf(ms)
    const off = daysOff.find(({ fromWallMs, toWallMs }) => fromWallMs <= wall && wall < toWallMs)
    return off && { fromMs: zone.instantOf(off.fromWallMs), toMs: zone.instantOf(off.toWallMs), because: off.because }
  }

/** The transitions of the cron lines, but for those that are left out one by one. */
export const cronStream = (schedule: Schedule, quiet: QuietAt): Stream =>
  function* (range) {
    const { newestFirst, acting } = range
    const startMs = newestFirst ? range.untilMs : range.afterMs
    const isIn = ({ at }: PlannedTransition) =>
      newestFirst ? at.getTime() > range.afterMs : at.getTime() <= range.untilMs
    const nextAfter = (action: Action, ms: number) => {
      const found = nearest(schedule, { action, ms, newestFirst, acting }, quiet)
      return found !== undefined && isIn(found) ? found : undefined
    }
    if (range.afterMs >= range.untilMs) return
    const heads = new Map(
      bothDirections
        .filter((action) => range.actions.includes(action))
        .map((action) => [action, nextAfter(action, startMs)]),
    )
    for (;;) {
      const times = [...heads.values()].flatMap((head) => head?.at.getTime() ?? [])
      if (times.length === 0) return
      const ms = newestFirst ? Math.max(...times) : Math.min(...times)
      const together = [...heads.values()]
        .filter((head) => head?.at.getTime() === ms)
        .map((head) => head as PlannedTransition)
      // Of two at the same minute the scale-up counts as the newer one.
      for (const transition of newestFirst ? together.toReversed() : together) yield transition
      for (const { action } of together) heads.set(action, nextAfter(action, newestFirst ? ms - 1 : ms))
    }
  }

interface Search extends Pick<Range, 'newestFirst' | 'acting'> {
  action: Action
  ms: number
}

/** The nearest occurrence of one direction: after a time, or at or before it when the newest is asked for. */
function nearest(schedule: Schedule, search: Search, quiet: QuietAt): PlannedTransition | undefined {
  const { action, newestFirst, acting } = search
  const lines = action === 'scale-down' ? schedule.scaleDown : schedule.scaleUp
  const find = newestFirst ? newestOccurrence : nextOccurrence
  let { ms } = search
  for (;;) {
    const found = find(lines, schedule.zone, new Date(ms))
    if (found === undefined) return undefined
    const { at, line } = found
    const leftOut = quiet(action, at)
    if (leftOut === undefined) return { action, at, acts: true, because: line.text }
    if (!acting) return { action, at, acts: false, because: leftOut.because }
    // The wall clock may go back over a midnight, so that a day begins after one of its own times.
    ms = newestFirst ? Math.min(leftOut.fromMs, at.getTime()) - 1 : Math.max(leftOut.toMs - 1, at.getTime())
  }
}
