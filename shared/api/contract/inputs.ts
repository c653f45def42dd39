import { z } from '@hono/zod-openapi'
import { stages } from '../../scaling/index.ts'
import { count, time } from './fields.ts'
import { ProjectNodes } from './nodePools.ts'

const oneYearMs = 366 * 24 * 60 * 60 * 1000

const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'must be a DNS-1123 label: lower-case letters, digits and "-", at most 63',
  )
const dnsSubdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** Which Deployment; the names are Kubernetes' own (DNS-1123). */
export const DeploymentPath = z.object({
  namespace: dnsLabel.openapi({ param: { name: 'namespace', in: 'path' }, example: 'project-a' }),
  name: z
    .string()
    .regex(dnsSubdomain, 'must be a DNS-1123 subdomain: lower-case letters, digits, "-" and ".", at most 253')
    .openapi({ param: { name: 'name', in: 'path' }, example: 'sample-app-a' }),
})

/** Which project. */
export const ProjectPath = z.object({
  project: dnsLabel.openapi({ param: { name: 'project', in: 'path' }, example: 'project-a' }),
})

// Strict, as a misspelt option that is silently ignored would do the real thing.
/** The query of a request that reads. */
export const Query = z.strictObject({
  code: z.string().optional().openapi({ description: 'The function key, in Azure Functions.' }),
  clientId: z.string().optional().openapi({ description: 'The name of the function key, in Azure Functions.' }),
})

const longestWaitSeconds = 220

/** The query of a request for a status, which may wait. Azure answers for us after 230 s. */
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
      description: 'How many seconds to wait at most; 60 when not given.',
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

// Counted as a person counts, not in UTF-16 units; control characters would garble logs and kubectl's tables.
const reason = z
  .string(must('a text'))
  .trim()
  .refine((text) => text.length > 0 && [...text].length <= 500, 'must have 1 to 500 characters')
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must not hold control characters')
  .openapi({ description: 'Why, for whoever looks later.', minLength: 1, maxLength: 500, example: 'nightly' })

const scheduledScaleUp = (now: () => Date) =>
  z.iso
    .datetime({
      offset: true,
      error: 'must be an ISO 8601 time with an offset, e.g. 2027-01-31T07:00:00+09:00',
      // What is no time is not in the past either.
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
  .refine((count) => Number.isInteger(count) && count >= 1 && count <= 1000, 'must be a whole number from 1 to 1000')
  .openapi({ type: 'integer', minimum: 1, maximum: 1000, example: 2 })

/** The bodies of the requests. What is a valid time depends on now. */
export const requestBodies = (now: () => Date) => ({
  scaleToZero: z.strictObject({ reason, scheduled_scale_up: scheduledScaleUp(now).optional() }).openapi('ScaleToZero'),
  scaleUp: z.strictObject({ replicas, reason }).openapi('ScaleUp'),
  restore: z.strictObject({ reason }).openapi('Restore'),
})

export const Health = z.object({ status: z.literal('healthy'), time }).openapi('Health')

export const Ready = z.object({ status: z.literal('ready'), kubernetes: z.literal('connected'), time }).openapi('Ready')

export const NotReady = z.object({ status: z.literal('not ready'), error: z.string(), time }).openapi('NotReady')

const results = z
  .enum(['changed', 'record-updated', 'already', 'at-zero-before', 'woken-meanwhile', 'skipped'])
  .openapi({
    description:
      '`changed`: the replicas were changed; `record-updated`: it sleeps already, its reason or wake-up time was ' +
      'changed; `already`: nothing to do; `at-zero-before`: somebody else had it at zero, it is left to them; ' +
      '`woken-meanwhile`: somebody else woke it, their replicas stay; `skipped`: it is left out, `why` tells the reason.',
  })
const dryRun = z.literal(true).optional().openapi({ description: 'Nothing was changed.' })

/** The answer to a request that scales. */
export const Scaled = z
  .object({
    status: z.literal('success'),
    message: z.string().openapi({ example: 'Deployment scaled to zero' }),
    result: results,
    dry_run: dryRun,
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

const progress = {
  stage: z.enum(stages).openapi({
    description:
      '`unknown`: it cannot be read, `why` says why; `waiting-for-node`: it fits on no node; `node-starting`: a node is ' +
      'on its way; `scheduling`: its Pod is not made or not looked at yet; `pulling-image`, `starting`: on its node; `ready`.',
  }),
  since: time,
  why: z.string().optional().openapi({
    description: 'What it is stuck on, in the words of the scheduler, the autoscaler, the kubelet or a quota.',
    example: "0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector.",
  }),
}

export const DeploymentStatus = z
  .object({
    status: z.literal('success'),
    message: z.literal('Deployment status retrieved successfully'),
    ready: z.boolean().optional().openapi({ description: 'With `wait=ready` only: whether it is.' }),
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
      waking: z
        .object({
          ...progress,
          pods: z.array(z.object({ name: z.string(), ...progress, node: z.string().optional() })),
        })
        .optional()
        .openapi({ description: 'While fewer replicas are ready than wanted: where its least advanced Pod is.' }),
    }),
    timestamp: time,
  })
  .openapi('DeploymentStatus')

const Transitions = z.object({ scale_down: time.optional(), scale_up: time.optional() })

/** A project as people and the Portal see it. */
export const ProjectStatus = z
  .object({
    name: z.string(),
    namespaces: z.array(z.string()),
    node_pool: z.string().optional(),
    nodes: ProjectNodes,
    schedule: z.object({ scale_down: z.array(z.string()), scale_up: z.array(z.string()), time_zone: z.string() }),
    last_transitions: Transitions.openapi({ description: 'The transitions last applied.' }),
    next_transitions: Transitions,
    workloads: z.object({
      active: count.openapi({ description: 'Running as wanted.' }),
      scaling: count.openapi({ description: 'Not yet as wanted.' }),
      asleep: count.openapi({ description: 'Put to zero by this service.' }),
      inactive: count.openapi({ description: 'At zero, not by this service.' }),
    }),
    waking: z
      .array(z.object({ kind: z.string(), namespace: z.string(), name: z.string(), ...progress }))
      .openapi({ description: 'Where those are that are scaling up.' }),
    excluded: z.string().optional().openapi({ description: 'Why its schedule does not put it to zero at the moment.' }),
    faults: z.array(z.string()).openapi({ description: 'What somebody wrote that cannot be used.' }),
  })
  .openapi('ProjectStatus')

export const ProjectAnswer = z
  .object({ status: z.literal('success'), project: ProjectStatus, timestamp: time })
  .openapi('ProjectAnswer')

export const ProjectsAnswer = z
  .object({ status: z.literal('success'), projects: z.array(ProjectStatus), timestamp: time })
  .openapi('ProjectsAnswer')

/** The answer to a request that scales a project: one outcome for each workload. */
export const Swept = z
  .object({
    status: z.literal('success'),
    message: z.string().openapi({ example: 'Project project-a scaled to zero: 3 changed, 1 skipped' }),
    dry_run: dryRun,
    project: z.string(),
    workloads: z.array(
      z.object({
        kind: z.string(),
        namespace: z.string(),
        name: z.string(),
        result: results,
        previous_replicas: count,
        target_replicas: count,
        why: z.string().optional(),
      }),
    ),
    timestamp: time,
  })
  .openapi('Swept')

const Fault = z.object({ path: z.string(), message: z.string() })

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
