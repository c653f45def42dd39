import { z } from '@hono/zod-openapi'
import { results, scalingErrorCodes } from '../../../scaling/index.ts'
import { count, dryRun, time } from './fields.ts'
import { SweptWorkload } from './projects.ts'

/** The errors that this API itself answers, beside those of scaling. */
const apiErrorCodes = [
  'invalid-request',
  /** The client left before the end of its body. */
  'body-incomplete',
  'unauthorized',
  /** A page of another site has sent it with a browser. */
  'foreign-origin',
  /** The request is about all projects, and the caller is limited to some. */
  'limited-caller',
  /** The identity may see no project, or not change the one that the request is about. */
  'access-denied',
  'no-such-route',
  'method-not-allowed',
  'body-timeout',
  'body-too-large',
  /** The caller waits for as many Deployments as one may. */
  'too-many-waits',
  /** A bug of this service; its log has the details. */
  'internal-error',
  /** The settings of the host cannot be used, so there is no API. */
  'misconfigured',
] as const

export type ApiErrorCode = (typeof apiErrorCodes)[number]

/** Every code that an error can have. */
export const errorCodes = [...scalingErrorCodes, ...apiErrorCodes] as const

export type ErrorCode = (typeof errorCodes)[number]

/** One fault of a request: `path` is the field or parameter, e.g. `replicas`. */
const Fault = z.object({ path: z.string(), message: z.string() })

export type Fault = z.infer<typeof Fault>

/** A workload of a sweep that could not do all of it. Nothing is known of the replicas of one that failed. */
const SweptOrFailed = SweptWorkload.extend({
  result: z.enum([...results, 'failed']),
  previous_replicas: count.optional(),
  target_replicas: count.optional(),
})

export type SweptOrFailed = z.infer<typeof SweptOrFailed>

/** Every error of this API. */
export const ErrorBody = z
  .object({
    status: z.literal('error'),
    message: z.string().openapi({ example: 'Deployment project-a/sample-app-a not found' }),
    error: z.enum(errorCodes).openapi({ description: 'A word for programs.', example: 'workload-not-found' }),
    timestamp: time,
    request_id: z.string(),
    details: z.array(Fault).optional(),
    dry_run: dryRun,
    workloads: z
      .array(SweptOrFailed)
      .optional()
      .openapi({ description: '`sweep-incomplete`: the result for each workload, and why it `failed`.' }),
  })
  .openapi('Error')
