import { groupOf, type Resource } from './resources.ts'

/** The `Status` body with which the API server refuses a request. */
export interface Status {
  kind: 'Status'
  code: number
  reason: string
  message: string
  details?: object
}

/** Thrown anywhere below the server, which answers with its `status`. */
export class StatusError extends Error {
  readonly status: Status

  constructor(refusal: Omit<Status, 'kind'>) {
    super(refusal.message)
    this.status = { kind: 'Status', ...{ apiVersion: 'v1', metadata: {}, status: 'Failure' }, ...refusal }
  }
}

const inGroup = (word: string, group: string) => (group ? `${word}.${group}` : word)

/** An error about one object; `message` gets the server's name for it, such as `deployments.apps "x"`. */
type Answer = { code: number; reason: string; message: (object: string) => string }
const aboutObject =
  ({ code, reason, message }: Answer) =>
  (resource: Resource, name: string): StatusError => {
    const group = groupOf(resource)
    const details = { name, ...(group && { group }), kind: resource.plural }
    return new StatusError({ code, reason, message: message(`${inGroup(resource.plural, group)} "${name}"`), details })
  }

export const notFound = aboutObject({ code: 404, reason: 'NotFound', message: (object) => `${object} not found` })

/** The object to create exists. */
export const alreadyExists = aboutObject({
  ...{ code: 409, reason: 'AlreadyExists' },
  message: (object) => `${object} already exists`,
})

/** The resourceVersion sent is not the newest. */
export const conflict = aboutObject({
  ...{ code: 409, reason: 'Conflict' },
  message: (object) =>
    `Operation cannot be fulfilled on ${object}: the object has been modified; please apply your changes to the latest version and try again`,
})

/** 422 that names the invalid field. */
export function invalid(
  { group, kind, name }: { group: string; kind: string; name: string },
  cause: { reason: string; field: string; message: string },
): StatusError {
  const message = `${inGroup(kind, group)} "${name}" is invalid: ${cause.field}: ${cause.message}`
  const details = { ...(name && { name }), ...(group && { group }), kind, causes: [cause] }
  return new StatusError({ code: 422, reason: 'Invalid', message, details })
}

/** The answer to a JSON Patch that does not apply; the server does not say which operation failed. */
export function patchDoesNotApply(): StatusError {
  const message = 'the server rejected our request due to an error in our request'
  return new StatusError({ code: 422, reason: 'Invalid', message, details: {} })
}

export const badRequest = (message: string) => new StatusError({ code: 400, reason: 'BadRequest', message })

/** The token is missing or unknown. */
export const unauthorized = () => new StatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })

/** The state from which a list or a watch would go on is no longer kept. */
export const expired = (message: string) => new StatusError({ code: 410, reason: 'Expired', message })

/** Nothing is served at the path, which is in one of Kubernetes' own groups. */
export function noSuchResource(): StatusError {
  const message = 'the server could not find the requested resource'
  return new StatusError({ code: 404, reason: 'NotFound', message, details: {} })
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource'
  return new StatusError({ code: 405, reason: 'MethodNotAllowed', message, details: {} })
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
  return new StatusError({ code: 415, reason: 'UnsupportedMediaType', message })
}
