import { z } from '@hono/zod-openapi'
import { exceptionRequests, results } from '../../../scaling/index.ts'
import { time } from './fields.ts'

const optional = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  schema.optional().openapi({ description })

/** Something that has happened to a project. */
const HistoryEntry = z
  .object({
    at: time,
    what: z
      .enum([
        'scale-down',
        'scale-up',
        'nodes-gone',
        'nodes-held',
        'nodes-back',
        'ready',
        'put-back',
        'enforced',
        'exception',
        'fault',
        'unwatched',
      ])
      .openapi({ description: '`unwatched`: nobody has looked from `at` until `until`, as the timers stood still.' }),
    transition: optional(time, 'The transition of the schedule; absent where somebody asked.'),
    by: optional(z.string(), 'Who did it: an API key, an identity, `schedule`, or the tool that put it back.'),
    reason: optional(z.string(), 'Why, as the request or the schedule says.'),
    results: optional(
      z.partialRecord(z.enum([...results, 'failed']), z.int()),
      'How many workloads came to which result, in all attempts.',
    ),
    failures: optional(z.array(z.string()), 'What failed, at most three sentences.'),
    uncounted: optional(
      z.int(),
      'How many replica counts of sleeping workloads the history has no room for, as it keeps those of 1,000 at most. ' +
        'The record on each workload has its count all the same; absent where there was room.',
    ),
    minutes: optional(
      z.number(),
      'Minutes since the scale-down was due; for `nodes-back` and `ready` since the scale-up was.',
    ),
    workloads: optional(z.int(), 'Workloads that were put to zero again.'),
    nodes: optional(z.int(), 'Nodes that were still there.'),
    blockers: optional(z.array(z.string()), 'What holds them, at most three sentences.'),
    sentences: optional(z.array(z.string()), 'What was put back, and what to do, at most three sentences.'),
    request: optional(z.enum(exceptionRequests), 'The request of an exception.'),
    key: optional(z.string(), 'The annotation or the field with the fault.'),
    message: optional(z.string(), 'The fault, or what the exception is.'),
    until: optional(time, 'The end of the time without a timer.'),
  })
  .openapi('HistoryEntry')

export const HistoryAnswer = z
  .object({
    status: z.literal('success'),
    project: z.string(),
    history: z.array(HistoryEntry).openapi({ description: 'The newest first, 500 at most.' }),
    timestamp: time,
  })
  .openapi('HistoryAnswer')
