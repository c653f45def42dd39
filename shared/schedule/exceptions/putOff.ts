import { latenessOf } from '../lateness.ts'
import type { QuietAt } from './cronStream.ts'
import { bothDirections, type Hold } from './exceptions.ts'
import { first, type PlannedTransition, type Range, type Stream } from './stream.ts'

/** The same transitions, but those that a hold puts off do not act, and the newest of them counts at its end. */
export const putOff = (inner: Stream, hold: Hold, quiet: QuietAt): Stream =>
  function* (range) {
    const lastHeldMs = hold.untilMs - 1
    const before: Range = { ...range, untilMs: Math.min(range.untilMs, lastHeldMs) }
    const after: Range = { ...range, afterMs: Math.max(range.afterMs, lastHeldMs) }
    const hasEnd = Number.isFinite(hold.untilMs) && range.afterMs < hold.untilMs && hold.untilMs <= range.untilMs
    const parts = [
      () => heldBy(hold, inner, before),
      () => (hasEnd ? endOf(hold, inner, { range, quiet }) : []),
      () => inner(after),
    ]
    for (const part of range.newestFirst ? parts.reverse() : parts) yield* part()
  }

function* heldBy({ actions, because }: Hold, inner: Stream, range: Range): Generator<PlannedTransition> {
  if (range.acting) {
    yield* inner({ ...range, actions: range.actions.filter((action) => !actions.includes(action)) })
    return
  }
  for (const transition of inner(range)) {
    yield transition.acts && actions.includes(transition.action) ? { ...transition, acts: false, because } : transition
  }
}

interface End {
  range: Range
  quiet: QuietAt
}

/** The transition at the end of a hold, unless the newest one has acted by then. */
function endOf(
  { actions, untilMs, because, isOutage }: Hold,
  inner: Stream,
  { range, quiet }: End,
): PlannedTransition[] {
  const search = { actions: bothDirections, acting: true }
  const newest = first(inner({ ...search, afterMs: Number.NEGATIVE_INFINITY, untilMs, newestFirst: true }))
  if (newest === undefined || newest.at.getTime() === untilMs || !actions.includes(newest.action)) return []
  const at = new Date(untilMs)
  const wanted = newest.wantedAt ?? newest.at
  const nextScaleUp = () =>
    first(
      inner({
        actions: ['scale-up'],
        acting: true,
        afterMs: untilMs,
        untilMs: Number.POSITIVE_INFINITY,
        newestFirst: false,
      }),
    )?.at
  const isTooLate =
    isOutage && newest.action === 'scale-down' && latenessOf(wanted, { now: at, nextScaleUp }) === 'too-late'
  const leftOut = isTooLate ? 'too late' : quiet(newest.action, at)?.because
  const transition: PlannedTransition = {
    action: newest.action,
    at,
    because: leftOut ?? because,
    acts: leftOut === undefined,
    ...(isOutage && { wantedAt: wanted }),
  }
  const isAsked = range.actions.includes(transition.action) && (transition.acts || !range.acting)
  return isAsked ? [transition] : []
}
