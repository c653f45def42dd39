import { z } from 'zod'
import { cut, escapeMisleading } from '../../../schedule/index.ts'
import { results } from '../../workload/decide.ts'

// An entry has a kilobyte or so whoever wrote its texts, so that hundreds of them fit into one object.
const longestText = 200
// It says what to do, too, after names of objects.
const longestSentence = 400
const longestName = 100
const mostTexts = 3

const text = (longest: number) => z.string().transform((written) => cut(escapeMisleading(written), longest))
const texts = z.array(text(longestSentence)).transform((written) => written.slice(0, mostTexts))
const time = z.iso.datetime({ offset: true }).transform((written) => new Date(written))
const minutes = z.number().nonnegative()
const count = z.int().nonnegative()

const sweep = {
  /** The transition of the schedule; absent where a person asked. */
  transition: time.optional(),
  by: text(longestName),
  reason: text(longestText),
  /** How many workloads came to which result. */
  results: z.partialRecord(z.enum([...results, 'failed']), count),
  failures: texts,
  /** Replica counts of sleepers that had no room any more; absent where there was room for all. */
  uncounted: count.optional(),
}

/** The requests that change when projects sleep. */
export const exceptionRequests = [
  'keep-awake',
  'keep-asleep',
  'skip',
  'follow-schedule',
  'schedule',
  'suspend',
  'resume',
] as const

const Entry = z.discriminatedUnion('what', [
  z.object({ at: time, what: z.literal('scale-down'), ...sweep }),
  z.object({ at: time, what: z.literal('scale-up'), ...sweep }),
  z.object({ at: time, what: z.literal('nodes-gone'), transition: time.optional(), minutes }),
  z.object({ at: time, what: z.literal('nodes-held'), minutes, nodes: count, blockers: texts }),
  /** The first node is back after this scale-down; minutes from when the scale-up was due, absent where somebody woke it. */
  z.object({ at: time, what: z.literal('nodes-back'), transition: time, minutes: minutes.optional() }),
  /** All workloads are ready; minutes from when this scale-up was due. */
  z.object({ at: time, what: z.literal('ready'), transition: time, minutes }),
  z.object({ at: time, what: z.literal('put-back'), minutes, by: text(longestName), sentences: texts }),
  /** What was deployed or raised in the night was put to zero again. */
  z.object({ at: time, what: z.literal('enforced'), workloads: count, by: text(longestName), sentences: texts }),
  /** Somebody has asked for a change of when the project sleeps; `message` says which. */
  z.object({
    at: time,
    what: z.literal('exception'),
    request: z.enum(exceptionRequests),
    by: text(longestName),
    reason: text(longestText),
    message: text(longestText),
  }),
  z.object({ at: time, what: z.literal('fault'), key: text(longestName), message: text(longestText) }),
])

/** Something that has happened to a project, and when. Where nothing else is said, minutes count from when its scale-down was due. */
export type Entry = z.infer<typeof Entry>

/** One line of JSON, in which every text is cut. */
export const lineOf = (entry: Entry): string => JSON.stringify(Entry.parse(JSON.parse(JSON.stringify(entry))))

/** Reads a line; undefined for one that nobody here has written. */
export function entryOf(line: string): Entry | undefined {
  try {
    return Entry.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
