import type { Schedule } from '../schedule.ts'
import type { Action } from '../transition.ts'
import { cronStream, quietAt } from './cronStream.ts'
import { bothDirections, type Exceptions } from './exceptions.ts'
import { putOff } from './putOff.ts'
import type { PlannedTransition } from './stream.ts'
import { upWins } from './upWins.ts'

/** The times in (from, to]; without an end, as far as there are any. */
export interface Between {
  from?: Date | undefined
  to?: Date | undefined
  /** Both directions when it is absent. */
  action?: Action | undefined
  /** Whether those that an exception leaves out are passed over. */
  acting?: boolean
  newestFirst?: boolean
}

/**
 * The transitions of a schedule with its exceptions, each with its reason. It is the one place that decides about them:
 * the ticks apply the newest that acts, and the calendar lists them. They are computed as they are read, so the first
 * costs little however long the time is.
 */
export function transitionsBetween(
  schedule: Schedule,
  exceptions: Exceptions,
  { from, to, action, acting = false, newestFirst = false }: Between,
): Iterable<PlannedTransition> {
  const quiet = quietAt(schedule, exceptions)
  const holds = [exceptions.hold, exceptions.suspension].filter((hold) => hold !== undefined)
  const stream = holds.reduce((inner, hold) => putOff(inner, hold, quiet), cronStream(schedule, quiet))
  return upWins(stream)({
    afterMs: from?.getTime() ?? Number.NEGATIVE_INFINITY,
    untilMs: to?.getTime() ?? Number.POSITIVE_INFINITY,
    actions: action === undefined ? bothDirections : [action],
    acting,
    newestFirst,
  })
}
