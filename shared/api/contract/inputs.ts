import { z } from '@hono/zod-openapi'
import { maxReplicas } from '../../scaling/index.ts'
import { type DocsFile, docsFiles } from './docsFiles.ts'

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

/** The file of a request for one of the page at `/docs`. */
export const DocsFilePath = z.object({
  file: z
    .enum(Object.keys(docsFiles) as [DocsFile, ...DocsFile[]], `must be ${Object.keys(docsFiles).join(', ')}`)
    .openapi({ param: { name: 'file', in: 'path' } }),
})

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

const scheduledScaleUp = (now: () => Date) =>
  z.iso
    .datetime({
      offset: true,
      error: 'must be an ISO 8601 time with an offset, e.g. 2027-01-31T07:00:00+09:00',
      // A text that is not a time is not checked for being in the past.
      abort: true,
    })
    .refine((time) => {
      const inMs = Date.parse(time) - now().getTime()
      return inMs > 0 && inMs <= oneYearMs
    }, 'must be in the future, at most one year')
    .transform((time) => new Date(time).toISOString())
    .openapi({
      type: 'string',
      format: 'date-time',
      description: 'When to wake it again. Answered and kept in UTC.',
      example: '2027-01-31T07:00:00+09:00',
    })

const replicas = z
  .number(must('a number'))
  .refine(
    (count) => Number.isInteger(count) && count >= 1 && count <= maxReplicas,
    `must be a whole number from 1 to ${maxReplicas}`,
  )
  .openapi({ type: 'integer', minimum: 1, maximum: maxReplicas, example: 2 })

/** The bodies of the requests. Whether a time is valid depends on `now`. */
export const requestBodies = (now: () => Date) => ({
  scaleToZero: z.strictObject({ reason, scheduled_scale_up: scheduledScaleUp(now).optional() }).openapi('ScaleToZero'),
  scaleUp: z.strictObject({ replicas, reason }).openapi('ScaleUp'),
  restore: z.strictObject({ reason }).openapi('Restore'),
})
