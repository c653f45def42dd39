import { groupOf, type Resource } from './resources.ts'

/** The `Status` body by which the API server says no. */
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

/** About one object; `message` gets what the server calls it, `deployments.apps "x"`. */
type Answer = { code: number; reason: string; message: (object: string) => string }
const aboutObject =
  ({ code, reason, message }: Answer) =>
  (resource: Resource, name: string): StatusError => {
    const group = groupOf(resource)
    const details = { name, ...(group && { group }), kind: resource.plural }
    return new StatusError({ code, reason, message: message(`${inGroup(resource.plural, group)} "${name}"`), details })
  }

export const notFound = aboutObject({ code: 404, reason: 'NotFound', message: (object) => `${object} not found` })

/** For a create. */
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

/** What a JSON Patch gets that does not apply: the server does not say which operation failed. */
export function patchDoesNotApply(): StatusError {
  const message = 'the server rejected our request due to an error in our request'
  return new StatusError({ code: 422, reason: 'Invalid', message, details: {} })
}

export const badRequest = (message: string) => new StatusError({ code: 400, reason: 'BadRequest', message })

/** For a token that nobody was given, and for none. */
export const unauthorized = () => new StatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })

/** For a list or a watch that would have to go on from what is forgotten. */
export const expired = (message: string) => new StatusError({ code: 410, reason: 'Expired', message })

/** For a path at which nothing is served, in a group of Kubernetes itself. */
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
