import type { z } from '@hono/zod-openapi'
import { ErrorBody } from './answers/errorBody.ts'

/** A body or an answer of JSON. */
export const jsonContent = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } })

/** An answer of JSON, and what it means. */
export const answer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: jsonContent(schema),
})

const retryAfter = {
  'Retry-After': { description: 'After how many seconds to repeat the request.', schema: { type: 'integer' as const } },
}

/** What every request under `/api/v1` can be answered besides its success. */
export const errors = {
  400: answer('The request is invalid; `details` lists every fault.', ErrorBody),
  401: answer('No key, or a wrong one; or nobody has signed in.', ErrorBody),
  403: answer(
    'A protected namespace, a page of another site, or the rights of the caller or Kubernetes do not allow it.',
    ErrorBody,
  ),
  429: {
    ...answer('Kubernetes or Azure throttles, or too many requests of this caller wait.', ErrorBody),
    headers: retryAfter,
  },
  500: answer('This service has a fault.', ErrorBody),
  503: {
    ...answer(
      'Kubernetes or Azure cannot be reached or refuses this service, or some workloads of a project could not be scaled.',
      ErrorBody,
    ),
    headers: retryAfter,
  },
  504: answer('Kubernetes did not answer in time.', ErrorBody),
}

/** What a reader that asks again and again can be answered, too. */
export const unchanged = {
  304: { description: 'Nothing has changed since the answer whose `ETag` is in `If-None-Match`.' },
}

/** The same for a request that names a Deployment or a project. */
export const errorsOfNamed = {
  ...errors,
  404: answer('The Deployment or the project does not exist, or the key may not see it.', ErrorBody),
}

/** The same for one that writes. */
export const errorsOfWrite = {
  ...errorsOfNamed,
  408: answer('The body did not come in time.', ErrorBody),
  413: answer('A body of more than 64 KiB.', ErrorBody),
}

/** The same for one that writes to a project's schedule. */
export const errorsOfScheduleWrite = {
  ...errorsOfWrite,
  409: answer('The namespace kept changing meanwhile, or there is nothing to skip.', ErrorBody),
}

/** The same for one that scales a Deployment. */
export const errorsOfDeploymentWrite = {
  ...errorsOfWrite,
  409: answer('The Deployment kept changing meanwhile, or there is nothing to restore.', ErrorBody),
}
