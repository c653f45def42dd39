/**
 * A scale-down may be this late, and later when there is more than this until the next scale-up. A scale-up is never too
 * late.
 */
const patienceMs = 2 * 60 * 60 * 1000

/** How a scale-down stands that is applied so long after the schedule had wanted it. */
export type Lateness = 'in-time' | 'late' | 'too-late'

/** @param nextScaleUp the next one after `now`; a night that nothing ends is not begun late */
export function latenessOf(
  wanted: Date,
  { now, nextScaleUp }: { now: Date; nextScaleUp(): Date | undefined },
): Lateness {
  if (now.getTime() - wanted.getTime() <= patienceMs) return 'in-time'
  const next = nextScaleUp()
  return next !== undefined && next.getTime() - now.getTime() > patienceMs ? 'late' : 'too-late'
}
