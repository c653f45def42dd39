import { z } from 'zod'

// A cluster has 1,000 nodes or so, and a project few pools.
const mostNodes = 5000
const mostCounts = 20

const time = z.iso.datetime({ offset: true }).transform((written) => new Date(written))

const NodeCount = z.object({
  /** The node pool; absent for nodes that belong to none. */
  pool: z.string().max(100).optional(),
  /** The VM size, such as `Standard_D4s_v5`; absent where the nodes do not say it. */
  size: z.string().max(100).optional(),
  count: z.int().min(1).max(mostNodes),
})

const Night = z.object({
  /** The scale-down, by the time at which it was due. */
  scaleDown: time,
  /** The nodes that the project had then. */
  nodes: z.array(NodeCount).max(mostCounts),
  /** When they all were seen gone. */
  gone: time.optional(),
  /** When it was told that something else has put the project back. */
  putBack: time.optional(),
  /** When the project was woken. */
  woken: time.optional(),
  /** When the first node was seen back. */
  back: time.optional(),
})

/** Nodes of one pool and size. */
export type NodeCount = z.infer<typeof NodeCount>

/** What was seen of a project's nodes from one scale-down of its schedule on. A time that is absent was not seen. */
export type Night = z.infer<typeof Night>

/** One line of JSON. */
export const lineOfNight = (night: Night): string =>
  JSON.stringify({ ...night, nodes: night.nodes.slice(0, mostCounts) })

/** Reads a line; undefined for one that nobody here has written. */
export function nightOf(line: string): Night | undefined {
  try {
    return Night.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

// Two nights a day for three months.
const mostNights = 200

/** The nights with one more. A further attempt of the same scale-down changes nothing. */
export function withNight(nights: Night[], night: Night): Night[] {
  if (nights.some(({ scaleDown }) => scaleDown.getTime() === night.scaleDown.getTime())) return nights
  return [...nights, night].sort((a, b) => a.scaleDown.getTime() - b.scaleDown.getTime()).slice(-mostNights)
}

/** The nights with something that was seen after a scale-down. The first time at which it was seen stays. */
export const withSeen = (
  nights: Night[],
  scaleDown: Date,
  seen: Partial<Pick<Night, 'gone' | 'putBack' | 'woken' | 'back'>>,
): Night[] => nights.map((night) => (night.scaleDown.getTime() === scaleDown.getTime() ? { ...seen, ...night } : night))

/** The same for a project that was woken, which ends its newest night. */
export function withWoken(nights: Night[], woken: Date): Night[] {
  const last = nights.findLast(({ scaleDown }) => scaleDown <= woken)
  return last === undefined ? nights : withSeen(nights, last.scaleDown, { woken })
}
