import type { z } from '@hono/zod-openapi'
import type { Fault } from './errors.ts'

/** Every fault that a schema found, each with the field it is about. */
export const faultsOf = (error: z.core.$ZodError): Fault[] =>
  error.issues.flatMap((issue): Fault[] => {
    const path = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known here' }))
    }
    return [{ path: path || 'body', message: issue.message }]
  })
