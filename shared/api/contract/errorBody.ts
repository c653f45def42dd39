import { z } from '@hono/zod-openapi'
import { scalingErrorCodes } from '../../scaling/index.ts'
import { time } from './fields.ts'

/** The errors that this API itself answers, beside those of scaling. */
const apiErrorCodes = [
  'invalid-request',
  /** The client left before the end of its body. */
  'body-incomplete',
  'unauthorized',
  /** A page of another site has sent it with a browser. */
  'foreign-origin',
  'no-such-route',
  'method-not-allowed',
  'body-timeout',
  'body-too-large',
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

/** Every error of this API. */
export const ErrorBody = z
  .object({
    status: z.literal('error'),
    message: z.string().openapi({ example: 'Deployment project-a/sample-app-a not found' }),
    error: z.enum(errorCodes).openapi({ description: 'A word for programs.', example: 'workload-not-found' }),
    timestamp: time,
    request_id: z.string(),
    details: z.array(Fault).optional(),
  })
  .openapi('Error')
