import { z } from '@hono/zod-openapi'

const oneYearMs = 366 * 24 * 60 * 60 * 1000

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const dnsSubdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** Which Deployment; the names are Kubernetes' own (DNS-1123). */
export const DeploymentPath = z.object({
  namespace: z
    .string()
    .regex(dnsLabel, 'must be a DNS-1123 label: lower-case letters, digits and "-", at most 63')
    .openapi({ param: { name: 'namespace', in: 'path' }, example: 'project-a' }),
  name: z
    .string()
    .regex(dnsSubdomain, 'must be a DNS-1123 subdomain: lower-case letters, digits, "-" and ".", at most 253')
    .openapi({ param: { name: 'name', in: 'path' }, example: 'sample-app-a' }),
})

/** No route takes a query of its own. A misspelt option that is silently ignored would do the real thing. */
export const Query = z.strictObject({
  code: z.string().optional().openapi({ description: 'The function key, in Azure Functions.' }),
  clientId: z.string().optional().openapi({ description: 'The name of the function key, in Azure Functions.' }),
})

const must = (be: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : `must be ${be}`),
})

// Counted as a person counts, not in UTF-16 units; control characters would garble logs and kubectl's tables.
const reason = z
  .string(must('a text'))
  .trim()
  .refine((text) => text.length > 0 && [...text].length <= 500, 'must have 1 to 500 characters')
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must not hold control characters')
  .openapi({ description: 'Why, for whoever looks later.', minLength: 1, maxLength: 500, example: 'nightly' })

const scheduledScaleUp = (now: () => Date) =>
  z.iso
    .datetime({ offset: true, error: 'must be an ISO 8601 time with an offset, e.g. 2027-01-31T07:00:00+09:00' })
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
  .refine((count) => Number.isInteger(count) && count >= 1 && count <= 1000, 'must be a whole number from 1 to 1000')
  .openapi({ type: 'integer', minimum: 1, maximum: 1000, example: 2 })

/** The bodies of the requests. What is a valid time depends on now. */
export const requestBodies = (now: () => Date) => ({
  scaleToZero: z.strictObject({ reason, scheduled_scale_up: scheduledScaleUp(now).optional() }).openapi('ScaleToZero'),
  scaleUp: z.strictObject({ replicas, reason }).openapi('ScaleUp'),
  restore: z.strictObject({ reason }).openapi('Restore'),
})

const time = z.string().openapi({ format: 'date-time' })
const count = z.number().int()

export const Health = z.object({ status: z.literal('healthy'), time }).openapi('Health')

export const Ready = z.object({ status: z.literal('ready'), kubernetes: z.literal('connected'), time }).openapi('Ready')

export const NotReady = z.object({ status: z.literal('not ready'), error: z.string(), time }).openapi('NotReady')

/** The answer to a request that scales. */
export const Scaled = z
  .object({
    status: z.literal('success'),
    message: z.string().openapi({ example: 'Deployment scaled to zero' }),
    result: z.enum(['changed', 'record-updated', 'already', 'at-zero-before', 'woken-meanwhile']).openapi({
      description:
        '`changed`: the replicas were changed; `record-updated`: it sleeps already, its reason or wake-up time was ' +
        'changed; `already`: nothing to do; `at-zero-before`: somebody else had it at zero, it is left to them; ' +
        '`woken-meanwhile`: somebody else woke it, their replicas stay.',
    }),
    deployment: z.object({
      name: z.string(),
      namespace: z.string(),
      previous_replicas: count,
      current_replicas: count.openapi({
        description: 'Replicas that were ready when the request came; 0 after scale-to-zero.',
      }),
      target_replicas: count,
      target_status: z.enum(['scaled-to-zero', 'scaling-up', 'active']),
      scaling_reason: z.string(),
      scheduled_scale_up: time.optional(),
    }),
    timestamp: time,
  })
  .openapi('Scaled')

export const DeploymentStatus = z
  .object({
    status: z.literal('success'),
    message: z.literal('Deployment status retrieved successfully'),
    deployment: z.object({
      name: z.string(),
      namespace: z.string(),
      deployment: z.string().openapi({ description: 'The name once more, as earlier clients expect it.' }),
      current_replicas: count.openapi({ description: 'Replicas that are ready.' }),
      desired_replicas: count,
      available_replicas: count,
      status: z.enum(['inactive', 'scaling', 'active', 'unknown']),
      last_scale_time: time,
      original_replicas: count.optional(),
      scaling_reason: z.string().optional(),
      scaled_by: z.string().optional(),
      scheduled_scale_up: time.optional(),
    }),
    timestamp: time,
  })
  .openapi('DeploymentStatus')

export const Fault = z.object({ path: z.string(), message: z.string() })

/** Every error of this API. */
export const ErrorBody = z
  .object({
    status: z.literal('error'),
    message: z.string().openapi({ example: 'Deployment project-a/sample-app-a not found' }),
    error: z.string().openapi({ description: 'A word for programs.', example: 'workload-not-found' }),
    timestamp: time,
    request_id: z.string(),
    details: z.array(Fault).optional(),
  })
  .openapi('Error')
