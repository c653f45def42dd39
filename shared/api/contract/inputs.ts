import { z } from '@hono/zod-openapi'
import { maxReplicas } from '../../scaling/index.ts'
import { docsFiles } from './docsFiles.ts'
import { pageFiles } from './pageFiles.ts'

const oneYearMs = 366 * 24 * 60 * 60 * 1000

const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'must be a DNS-1123 label: lower-case letters, digits and "-", at most 63',
  )
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

const notSubdomain = 'must be a DNS-1123 subdomain: lower-case letters, digits, "-" and ".", at most 253'

/** The Deployment of a request. Its names are those of Kubernetes (DNS-1123). */
export const DeploymentPath = z.object({
  namespace: dnsLabel.openapi({ param: { name: 'namespace', in: 'path' }, example: 'project-a' }),
  name: z
    .string()
    .max(253, notSubdomain)
    .regex(dnsSubdomain, notSubdomain)
    .openapi({ param: { name: 'name', in: 'path' }, example: 'sample-app-a' }),
})

/** The project of a request. */
export const ProjectPath = z.object({
  project: dnsLabel.openapi({ param: { name: 'project', in: 'path' }, example: 'project-a' }),
})

const filePath = <File extends string>(files: Record<File, string>) => {
  const names = Object.keys(files) as [File, ...File[]]
  return z.object({
    file: z.enum(names, `must be ${names.join(', ')}`).openapi({ param: { name: 'file', in: 'path' } }),
  })
}

/** The file of a request for one of the page at `/docs`. */
export const DocsFilePath = filePath(docsFiles)

/** The file of a request for one of the page at `/`. */
export const PageFilePath = filePath(pageFiles)

// Strict: if a misspelt `dry_run` were ignored, the request would change the cluster.
/** The query of a request that reads. */
export const Query = z.strictObject({})

const longestWaitSeconds = 220

/** The query of a request for a status, which may wait. Azure ends a request after 230 s. */
export const StatusQuery = Query.extend({
  wait: z.enum(['ready'], 'must be "ready"').optional().openapi({
    description: '`ready`: answer when it is ready, or when `timeout` is over.',
  }),
  timeout: z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= longestWaitSeconds,
      `must be a whole number of seconds from 1 to ${longestWaitSeconds}`,
    )
    .transform(Number)
    .optional()
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: longestWaitSeconds,
      description: 'How many seconds to wait at most; 60 when not given. Only with `wait=ready`.',
    }),
}).refine(({ wait, timeout }) => wait !== undefined || timeout === undefined, {
  path: ['timeout'],
  error: 'is for a request with wait=ready only',
})

const daysQuery = (most: number, description: string) =>
  Query.extend({
    days: z
      .string()
      .refine(
        (text) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most,
        `must be a whole number from 1 to ${most}`,
      )
      .transform(Number)
      .optional()
      .openapi({ type: 'integer', minimum: 1, maximum: most, description }),
  })

/** The query of a request for a calendar. */
export const CalendarQuery = daysQuery(92, 'How many days from now on; 14 when not given.')

/** The query of a request for a history. */
export const HistoryQuery = daysQuery(366, 'How many days back; 90 when not given.')

/** The query of a request for savings. */
export const SavingsQuery = daysQuery(92, 'How many days, with today; 30 when not given.').extend({
  project: z.string().max(63).optional().openapi({ description: 'This project alone.' }),
})

const must = (be: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : `must be ${be}`),
})

/** The query of a request that writes. */
export const WriteQuery = Query.extend({
  dry_run: z.enum(['true', 'false']).optional().openapi({
    description: '`true` answers what would change, and changes nothing. Kubernetes rehearses it, admission included.',
  }),
})

// Classes that every reader of the document understands alike: `\s` and `\p{Cc}` they do not.
const blank = '\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff'
const control = '\\u0000-\\u001f\\u007f-\\u009f'
const visible = `[^${blank}${control}]`
/** A text with something to see in it, and no control characters but around it. */
const reasonPattern = `^[${blank}]*${visible}([^${control}]*${visible})?[${blank}]*$`

// Characters are counted as a person counts them, not in UTF-16 units; control characters would garble logs and
// kubectl's tables.
const reason = z
  .string(must('a text'))
  .refine((text) => text.trim() !== '' && [...text].length <= 500, 'must have 1 to 500 characters')
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text.trim()), 'must not hold control characters')
  .trim()
  .openapi({
    description: 'The reason, for people who look later. White space around it is removed.',
    minLength: 1,
    maxLength: 500,
    pattern: reasonPattern,
    example: 'nightly',
  })

/** A time from now on, in UTC. @param most how far ahead it may be, in words and in milliseconds */
const timeAhead = (now: () => Date, [words, ms]: readonly [string, number]) =>
  z.iso
    .datetime({
      offset: true,
      error: 'must be an ISO 8601 time with an offset, e.g. 2027-01-31T07:00:00+09:00',
      // A text that is not a time is not checked for being in the past.
      abort: true,
    })
    .refine((time) => {
      const inMs = Date.parse(time) - now().getTime()
      return inMs > 0 && inMs <= ms
    }, `must be in the future, at most ${words}`)
    .transform((time) => new Date(time).toISOString())

/** How OpenAPI shows a time. */
const shownTime = (description: string) => ({
  type: 'string' as const,
  format: 'date-time',
  description: `${description} Answered and kept in UTC.`,
  example: '2027-01-31T07:00:00+09:00',
})

const oneYear = ['one year', oneYearMs] as const
const ninetyDays = ['90 days', 90 * 24 * 60 * 60 * 1000] as const

const minutesOf = (text: string): number => {
  const [, days = 0, hours = 0, minutes = 0] = (/^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$/.exec(text) ?? []).map((part) =>
    Number(part ?? 0),
  )
  return (days * 24 + hours) * 60 + minutes
}

const duration = z
  .string(must('a text'))
  .refine(
    (text) => text.length <= 20 && minutesOf(text) >= 1 && minutesOf(text) <= 90 * 24 * 60,
    'must be a time from 1m to 90d, such as 2h, 90m or 1d12h',
  )
  .transform((text) => minutesOf(text) * 60_000)
  .openapi({
    type: 'string',
    pattern: '^([1-9]|[1-8][0-9])d([0-9]|1[0-9]|2[0-3])h$|^[1-9][0-9]{0,2}[hm]$',
    description: 'For how long from now on: days, hours and minutes, from 1m to 90d.',
    example: '2h',
  })

const cronLines = z
  .union(
    [z.string().max(1024), z.array(z.string().max(1024)).max(20), z.null()],
    'must be a cron line, a list, or null',
  )
  .transform((lines) => (typeof lines === 'string' ? [lines] : lines))

/** One of two fields, and not both. */
const oneOf = (...names: [string, string]) => ({ oneOf: names.map((name) => ({ required: [name] })) })

const replicas = z
  .number(must('a number'))
  .refine(
    (count) => Number.isInteger(count) && count >= 1 && count <= maxReplicas,
    `must be a whole number from 1 to ${maxReplicas}`,
  )
  .openapi({ type: 'integer', minimum: 1, maximum: maxReplicas, example: 2 })

/** The bodies of the requests. Whether a time is valid depends on `now`. */
export const requestBodies = (now: () => Date) => ({
  scaleToZero: z
    .strictObject({
      reason,
      scheduled_scale_up: timeAhead(now, oneYear).openapi(shownTime('When to wake it again.')).optional(),
    })
    .openapi('ScaleToZero'),
  scaleUp: z.strictObject({ replicas, reason }).openapi('ScaleUp'),
  restore: z.strictObject({ reason }).openapi('Restore'),
  keepAwake: z
    .strictObject({
      until: timeAhead(now, ninetyDays).openapi(shownTime('Until when; at most 90 days.')).optional(),
      for: duration.optional(),
      reason,
    })
    .refine((body) => (body.until === undefined) !== (body.for === undefined), {
      path: ['until'],
      error: 'or "for" is needed, and not both',
    })
    .openapi('KeepAwake', oneOf('until', 'for')),
  keepAsleep: z
    .strictObject({ until: timeAhead(now, ninetyDays).openapi(shownTime('Until when; at most 90 days.')), reason })
    .openapi('KeepAsleep'),
  skip: z
    .strictObject({
      transition: timeAhead(now, ninetyDays)
        .openapi(shownTime('The time of the transition that is left out; when not given, it is the next wake-up.'))
        .optional(),
      reason,
    })
    .openapi('Skip'),
  followSchedule: z.strictObject({ reason }).openapi('FollowSchedule'),
  schedule: z
    .strictObject({
      scale_down: cronLines.optional(),
      scale_up: cronLines.optional(),
      time_zone: z.string().max(100).nullable().optional(),
      reason,
    })
    .refine((body) => body.scale_down !== undefined || body.scale_up !== undefined || body.time_zone !== undefined, {
      path: ['scale_down'],
      error: 'or scale_up or time_zone is needed',
    })
    .openapi('Schedule', { anyOf: ['scale_down', 'scale_up', 'time_zone'].map((name) => ({ required: [name] })) }),
  suspend: z
    .strictObject({
      until: timeAhead(now, ninetyDays)
        .openapi(shownTime('Until when; when not given, until somebody resumes.'))
        .optional(),
      reason,
    })
    .openapi('Suspend'),
  resume: z.strictObject({ reason }).openapi('Resume'),
})
