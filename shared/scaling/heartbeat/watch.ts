import { readTime } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import type { Lease } from '../cluster/lease.ts'
import type { Scaling } from '../scaling.ts'
import { leases } from './timers.ts'

/** A time in which no run of a timer has looked. */
export interface Gap {
  from: Date
  until: Date
}

/** When a timer has looked: from `since` on, but for the gaps. Of the time before nobody knows. */
export interface Watch {
  since: Date
  /** By time, the oldest first. */
  gaps: Gap[]
}

// Half a year with a gap every other day; the text has far less than the 256 KiB of all annotations.
const mostGaps = 100

// A host whose clock is fast has run just now. A renewal further ahead is none of a clock, and may hide a gap.
const mostAheadMs = 60 * 60 * 1000

/** Reads the text of `writeWatch`; undefined for another one. */
export function readWatch(text: string): Watch | undefined {
  const [first = '', ...rest] = text.split(' ')
  const since = readTime(first)
  const gaps = rest.map((one) => {
    const [from, until] = one.split('/').map(readTime)
    return from && until && from < until ? { from, until } : undefined
  })
  if (since === undefined || gaps.some((gap) => gap === undefined)) return undefined
  return { since, gaps: gaps as Gap[] }
}

/** A time, and intervals of ISO 8601: `2026-11-01T00:00:00.000Z 2026-11-05T22:05:00.000Z/2026-11-06T06:00:00.000Z`. */
export const writeWatch = ({ since, gaps }: Watch): string =>
  [since.toISOString(), ...gaps.map(({ from, until }) => `${from.toISOString()}/${until.toISOString()}`)].join(' ')

/**
 * How a timer was watched until now, by the Lease of its last run. A time without two runs is a gap. Where nothing can be
 * known of the last run, or of the gaps before it, the watch begins now.
 */
export function watchUntil({ renewedAt, durationSeconds, watched }: Lease, now: Date): Watch {
  const last = new Date(renewedAt ?? Number.NaN)
  const before = watched === undefined ? undefined : readWatch(watched)
  const missedMs = now.getTime() - last.getTime()
  if (before === undefined || durationSeconds === undefined || !(missedMs >= -mostAheadMs))
    return { since: now, gaps: [] }
  if (missedMs <= 2 * durationSeconds * 1000) return before
  const gaps = [...before.gaps, { from: last, until: now }]
  if (gaps.length <= mostGaps) return { ...before, gaps }
  // Of the time before the gap that goes, nobody can say any more when it was watched.
  return { since: gaps[gaps.length - mostGaps - 1]?.until ?? now, gaps: gaps.slice(-mostGaps) }
}

/**
 * When somebody has looked at the nodes, up to now: undefined where there is no Lease, and so nobody knows.
 * @throws ScalingError
 */
export async function findWatch(
  { cluster, now }: Pick<Scaling, 'cluster' | 'now'>,
  options: CallOptions,
): Promise<Watch | undefined> {
  const lease = await cluster.getLease(leases.verifyScaledToZero, options)
  return lease && watchUntil(lease, now())
}
