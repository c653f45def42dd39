import type { Resource } from './resources.ts'

/** One invalid field of an object, worded as the API server words it. */
export interface FieldError {
  reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueNotSupported'
  field: string
  message: string
}

/** The `Status` body by which the API server says no. */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: { continue?: string }
  status: 'Failure'
  message: string
  reason: string
  details?: object
  code: number
}

type Refusal = Pick<Status, 'code' | 'reason' | 'message' | 'details'> & { continue?: string }

/** Thrown anywhere below the server, which answers with its `status`. */
export class StatusError extends Error {
  readonly status: Status

  constructor({ continue: token, ...refusal }: Refusal) {
    super(refusal.message)
    const metadata = token === undefined ? {} : { continue: token }
    this.status = { kind: 'Status', apiVersion: 'v1', metadata, status: 'Failure', ...refusal }
  }
}

type Named = Pick<Resource, 'group' | 'plural'>
const qualified = ({ group }: Pick<Resource, 'group'>, name: string) => (group ? `${name}.${group}` : name)
const detailsOf = ({ group, plural }: Named, name: string) => ({ name, ...(group && { group }), kind: plural })

/** 404 `deployments.apps "x" not found`. */
export function notFound(resource: Named, name: string): StatusError {
  const message = `${qualified(resource, resource.plural)} "${name}" not found`
  return new StatusError({ code: 404, reason: 'NotFound', message, details: detailsOf(resource, name) })
}

/** 409 on a create. */
export function alreadyExists(resource: Named, name: string): StatusError {
  const message = `${qualified(resource, resource.plural)} "${name}" already exists`
  return new StatusError({ code: 409, reason: 'AlreadyExists', message, details: detailsOf(resource, name) })
}

/** 409 because the resourceVersion sent is not the newest. */
export function conflict(resource: Named, name: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource, resource.plural)} "${name}": the object has been modified; please apply your changes to the latest version and try again`
  return new StatusError({ code: 409, reason: 'Conflict', message, details: detailsOf(resource, name) })
}

/** 422 with one cause for each invalid field. */
export function invalid({ group, kind }: Pick<Resource, 'group' | 'kind'>, name: string, errors: FieldError[]) {
  const causes = errors.map(({ reason, message, field }) => ({ reason, message, field }))
  const listed = errors.map(({ field, message }) => `${field}: ${message}`)
  const all = listed.length === 1 ? listed[0] : `[${listed.join(', ')}]`
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: `${qualified({ group }, kind)} "${name}" is invalid: ${all}`,
    details: { ...(name && { name }), ...(group && { group }), ...(kind && { kind }), causes },
  })
}

/** 422 as a JSON Patch gets that does not apply: the server does not say which operation failed. */
export function patchDoesNotApply(): StatusError {
  const message = 'the server rejected our request due to an error in our request'
  return new StatusError({ code: 422, reason: 'Invalid', message, details: {} })
}

export function badRequest(message: string): StatusError {
  return new StatusError({ code: 400, reason: 'BadRequest', message })
}

/** 410; `token`, when there is one, goes on from the same key in the newest state. */
export function expired(message: string, token?: string): StatusError {
  return new StatusError({ code: 410, reason: 'Expired', message, ...(token !== undefined && { continue: token }) })
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource'
  return new StatusError({ code: 405, reason: 'MethodNotAllowed', message, details: {} })
}

/** 415; `accepted` are the types that the resource takes, when it knows the one sent at all. */
export function unsupportedMediaType(accepted?: readonly string[]): StatusError {
  const refusal = { code: 415, reason: 'UnsupportedMediaType' }
  if (!accepted) return new StatusError({ ...refusal, message: '415: Unsupported Media Type', details: {} })
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
  return new StatusError({ ...refusal, message })
}

/** 404 for a resource or subresource that a served group does not have. */
export function noSuchResource(): StatusError {
  const message = 'the server could not find the requested resource'
  return new StatusError({ code: 404, reason: 'NotFound', message, details: {} })
}

export function tooLarge(limitBytes: number): StatusError {
  const message = `Request entity too large: limit is ${limitBytes}`
  return new StatusError({ code: 413, reason: 'RequestEntityTooLarge', message })
}
