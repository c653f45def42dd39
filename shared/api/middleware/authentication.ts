import { timingSafeEqual } from 'node:crypto'
import { ApiError } from '../errors.ts'

/** A key of one caller. Without `projects` it is good for all of them. */
export interface ApiKey {
  name: string
  key: string
  projects?: string[] | undefined
}

/** Who may call, and how that is known. */
export interface Authentication {
  /** With none, every request is let in: the host in front of this API must have seen to that. */
  keys: ApiKey[]
  /** True only when App Service authentication guards the app, else anybody could send its identity headers. */
  trustsAzureIdentity: boolean
  /** Who a caller is that brought neither a key nor an identity. */
  anonymousActor: string
}

/** Who calls: a name for logs and records, and the projects that the caller is limited to, if any. */
export interface Caller {
  actor: string
  projects: string[] | undefined
}

const longestActor = 128

/** Tells who sends these headers. @throws ApiError 401 without a key that is known */
export type Authenticate = (headers: Headers) => Caller

/** Prepares the comparison with the keys, which is done for each request. */
export function createAuthenticate({ keys, trustsAzureIdentity, anonymousActor }: Authentication): Authenticate {
  const known = keys.map((key) => ({ ...key, bytes: Buffer.from(key.key) }))

  /** Every key of the same length is compared to its end, so that the time taken tells its length at most. */
  function findKey(given: string) {
    const bytes = Buffer.from(given)
    return known.filter((key) => key.bytes.length === bytes.length && timingSafeEqual(key.bytes, bytes)).at(0)
  }

  return (headers) => {
    const principal = trustsAzureIdentity ? principalOf(headers) : undefined
    if (known.length === 0) return { actor: principal ?? anonymousActor, projects: undefined }
    const [, given] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
    if (given === undefined) throw unauthorized('A key is needed: send the header "Authorization: Bearer <key>"')
    const key = findKey(given)
    if (key === undefined) throw unauthorized('The key is not known: check it, it may have been replaced')
    return { actor: principal ?? key.name, projects: key.projects }
  }
}

/** https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities */
function principalOf(headers: Headers): string | undefined {
  const name = headers.get('x-ms-client-principal-name') || headers.get('x-ms-client-principal-id')
  return name?.slice(0, longestActor) || undefined
}

const unauthorized = (message: string): ApiError => new ApiError('unauthorized', { message })
