import { timingSafeEqual } from 'node:crypto'
import { ApiError } from '../errors.ts'
import { loggable } from './loggable.ts'

/** The key of one caller. Without `projects` it is valid for all of them. */
export interface ApiKey {
  name: string
  key: string
  projects?: string[] | undefined
}

/** How callers are identified. */
export interface Authentication {
  /** With none, every request is let in: then the host in front of this API must check who calls. */
  keys: ApiKey[]
  /** True only when App Service authentication guards the app; otherwise anybody could send its identity headers. */
  trustsAzureIdentity: boolean
  /** The name of a caller that has neither a key nor an identity. */
  anonymousActor: string
  /** Names that stand for other callers in logs and records, beside those of the keys. */
  reservedNames: string[]
}

/** A caller: its name for logs and records, and the projects that it is limited to, if any. */
export interface Caller {
  actor: string
  projects: string[] | undefined
}

const longestActor = 128

/** Identifies the caller by its headers. @throws ApiError `unauthorized` without a known key */
export type Authenticate = (headers: Headers) => Caller

/** Prepares once for the comparison with the keys, which each request needs. */
export function createAuthenticate(options: Authentication): Authenticate {
  const { keys, trustsAzureIdentity, anonymousActor } = options
  const reserved = new Set([...options.reservedNames, ...keys.map(({ name }) => name)])
  const known = keys.map((key) => ({ ...key, bytes: Buffer.from(key.key) }))

  /** Every key of the same length is compared to its end, so that the time it takes reveals no more than the length. */
  function findKey(given: string) {
    const bytes = Buffer.from(given)
    return known.filter((key) => key.bytes.length === bytes.length && timingSafeEqual(key.bytes, bytes)).at(0)
  }

  return (headers) => {
    const principal = trustsAzureIdentity ? principalOf(headers, reserved) : undefined
    if (known.length === 0) return { actor: principal ?? anonymousActor, projects: undefined }
    const [, given] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
    if (given === undefined) throw unauthorized('A key is needed: send the header "Authorization: Bearer <key>"')
    const key = findKey(given)
    if (key === undefined) throw unauthorized('The key is unknown: check it, since it may have been replaced')
    return { actor: principal ?? key.name, projects: key.projects }
  }
}

/** https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities */
function principalOf(headers: Headers, reserved: Set<string>): string | undefined {
  const given = headers.get('x-ms-client-principal-name') || headers.get('x-ms-client-principal-id')
  const name = given && loggable(given, longestActor)
  if (!name) return undefined
  // A principal can have any name, also that of the schedule or of a key: its records must not look like theirs.
  return reserved.has(name.toLowerCase()) ? `principal:${name}` : name
}

const unauthorized = (message: string): ApiError => new ApiError('unauthorized', { message })
