import type { PlannedTransition, Stream } from './stream.ts'

/**
 * The same transitions, but of two that act in the same minute the scale-up alone does. It comes after the holds: where
 * one of them puts the scale-up off, the scale-down acts.
 */
export const upWins = (inner: Stream): Stream =>
  function* (range) {
    let together: PlannedTransition[] = []
    for (const transition of inner(range)) {
      if (together[0] !== undefined && together[0].at.getTime() !== transition.at.getTime()) {
        yield* settle(together, range.acting)
        together = []
      }
      together.push(transition)
    }
    yield* settle(together, range.acting)
  }

function settle(together: PlannedTransition[], acting: boolean): PlannedTransition[] {
  if (!together.some(({ action, acts }) => action === 'scale-up' && acts)) return together
  return together.flatMap((transition) => {
    if (transition.action === 'scale-up' || !transition.acts) return transition
    return acting ? [] : { ...transition, acts: false, because: 'a scale-up in the same minute' }
  })
}
