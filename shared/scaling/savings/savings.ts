import { midnightOf, type Zone } from '../../schedule/index.ts'
import type { Gap, Watch } from '../heartbeat/watch.ts'
import type { Night } from '../project/history/nights.ts'

/** The node-hours of one day, node pool and VM size. */
export interface Savings {
  /** The day in the project's zone, such as `2026-11-28`. */
  day: string
  pool: string | undefined
  size: string | undefined
  /** Node-hours for which the nodes were seen to be gone. */
  nodeHours: number
  /** Node-hours for which nobody looked, or nobody saw the nodes back: they are not saved, and may have been. */
  unknownNodeHours: number
}

/** The days that are asked for, and what is known of them. */
export interface Period {
  zone: Zone
  /** How many days, with the one that it is now. */
  days: number
  now: Date
  /** When somebody has looked at the nodes; undefined where nobody knows. */
  watch: Watch | undefined
}

/** Milliseconds since the epoch, without the end. */
interface Span {
  from: number
  to: number
}

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/**
 * The node-hours that the nights of one project have saved, as they were seen: the nodes of each scale-down, from when all
 * were seen gone until the first was seen back. Nothing else counts: no night in which they stayed, nothing after somebody
 * has put the project back, no time in which nobody looked, and no time to come.
 */
export function savingsOf(nights: Night[], { zone, days, now, watch }: Period): Savings[] {
  const unwatched = unwatchedOf(watch)
  const sums = new Map<string, Savings>()
  for (const { from, to, day } of daysUntil(now, { zone, days })) {
    for (const [index, night] of nights.entries()) {
      const end = Math.min(nights[index + 1]?.scaleDown.getTime() ?? now.getTime(), now.getTime())
      const { gone, notSeen } = spansOf(night, end)
      const unseen = lengthOf(within(unwatched, gone), { from, to })
      const saved = lengthOf(gone, { from, to }) - unseen
      const unknown =
        unseen + lengthOf(within(unwatched, notSeen.asleep), { from, to }) + lengthOf(notSeen.awake, { from, to })
      if (saved + unknown <= 0) continue
      for (const { pool, size, count } of night.nodes) {
        const key = JSON.stringify([day, pool, size])
        const sum = sums.get(key) ?? { day, pool, size, nodeHours: 0, unknownNodeHours: 0 }
        sum.nodeHours += (saved * count) / hourMs
        sum.unknownNodeHours += (unknown * count) / hourMs
        sums.set(key, sum)
      }
    }
  }
  return [...sums.values()]
}

/** What was seen of one night that ends at the latest then: when its nodes were gone, and when nobody can say it. */
function spansOf(
  { scaleDown, gone, putBack, woken, back }: Night,
  end: number,
): { gone: Span[]; notSeen: { asleep: Span[]; awake: Span[] } } {
  const times = (...dates: (Date | undefined)[]) => dates.flatMap((date) => (date === undefined ? [] : date.getTime()))
  // Without a node that was seen back, the wake-up is the last time at which it is certain that none was there.
  const until = Math.min(end, ...times(back, putBack, back === undefined ? woken : undefined))
  const since = gone === undefined ? until : Math.max(scaleDown.getTime(), gone.getTime())
  const isOpen = gone !== undefined && back === undefined && putBack === undefined && woken !== undefined
  return {
    gone: span(since, until),
    notSeen: {
      // The nodes may have been gone while nobody looked, though they were seen gone later or not at all.
      asleep: span(scaleDown.getTime(), Math.min(since, until)),
      awake: isOpen ? span(Math.max(since, until), end) : [],
    },
  }
}

const span = (from: number, to: number): Span[] => (from < to ? [{ from, to }] : [])

const spanOf = ({ from, until }: Gap): Span => ({ from: from.getTime(), to: until.getTime() })

const unwatchedOf = (watch: Watch | undefined): Span[] =>
  watch === undefined
    ? [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }]
    : merged([{ from: Number.NEGATIVE_INFINITY, to: watch.since.getTime() }, ...watch.gaps.map(spanOf)])

/** Spans that do not overlap: two hosts whose clocks differ note gaps that do. */
function merged(spans: Span[]): Span[] {
  const result: Span[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** The parts of some spans that others have as well. Spans of one list do not overlap, so no time counts twice. */
const within = (some: Span[], others: Span[]): Span[] =>
  others.flatMap((other) => some.flatMap((one) => span(Math.max(one.from, other.from), Math.min(one.to, other.to))))

const lengthOf = (spans: Span[], limits: Span): number =>
  within(spans, [limits]).reduce((sum, { from, to }) => sum + to - from, 0)

/** The last days until now, the oldest first: each with its own length, as clocks change. */
function daysUntil(now: Date, { zone, days }: Pick<Period, 'zone' | 'days'>): (Span & { day: string })[] {
  const today = midnightOf(zone, now.getTime())
  return Array.from({ length: days }, (_, index) => {
    const midnight = today + (index - days + 1) * dayMs
    return {
      day: new Date(midnight).toISOString().slice(0, 10),
      from: zone.instantOf(midnight),
      to: zone.instantOf(midnight + dayMs),
    }
  })
}
