import { timingSafeEqual } from 'node:crypto'
import { ApiError } from '../../errors.ts'
import { type Grant, type Rights, rightsOf } from './access.ts'
import { nameOf, readPrincipal } from './principal.ts'

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
  /** True only behind App Service authentication; anywhere else anybody could send its identity headers. */
  trustsAzureIdentity: boolean
  /**
   * Who may see and change what, by groups and roles of Entra ID. Where it is given and the identity is trusted, the
   * identity alone counts: a key says nothing of who has it, and App Service takes its header for a token of Entra ID.
   */
  access?: Grant[] | undefined
  /** The name of a caller that has neither a key nor an identity. */
  anonymousActor: string
  /** Names that stand for other callers in logs and records, beside those of the keys. */
  reservedNames: string[]
}

/** A caller: its name for logs and records, and its rights. */
export interface Caller extends Rights {
  actor: string
}

/**
 * Identifies the caller by its headers.
 * @throws ApiError `unauthorized` without a known key or, where that counts, an identity; `access-denied` for an identity
 * that may see no project
 */
export type Authenticate = (headers: Headers) => Caller

/** Whether the identity alone lets a request in, so that nothing in front of this API asks for a key. */
export const isByIdentity = ({ trustsAzureIdentity, access }: Authentication): boolean =>
  trustsAzureIdentity && access !== undefined

/** Prepares once for the comparison with the keys, which each request needs. */
export function createAuthenticate(options: Authentication): Authenticate {
  const { keys, trustsAzureIdentity, access, anonymousActor } = options
  const reserved = new Set([...options.reservedNames, ...keys.map(({ name }) => name)])
  // A principal can have any name, also that of the schedule or of a key: its records must not look like theirs.
  const actorOf = (name: string) => (reserved.has(name.toLowerCase()) ? `principal:${name}` : name)
  if (trustsAzureIdentity && access !== undefined) return (headers) => byIdentity(headers, { access, actorOf })
  const known = keys.map((key) => ({ ...key, bytes: Buffer.from(key.key) }))

  /** Every key of the same length is compared to its end, so that the time it takes reveals no more than the length. */
  function findKey(given: string) {
    const bytes = Buffer.from(given)
    return known.filter((key) => key.bytes.length === bytes.length && timingSafeEqual(key.bytes, bytes)).at(0)
  }

  return (headers) => {
    const name = trustsAzureIdentity ? nameOf(headers) : undefined
    const principal = name && actorOf(name)
    if (known.length === 0) return { actor: principal ?? anonymousActor, projects: undefined, changes: undefined }
    const [, given] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
    if (given === undefined) throw unauthorized('A key is needed: send the header "Authorization: Bearer <key>"')
    const key = findKey(given)
    if (key === undefined) throw unauthorized('The key is unknown: check it, since it may have been replaced')
    return { actor: principal ?? key.name, projects: key.projects, changes: key.projects }
  }
}

function byIdentity(headers: Headers, { access, actorOf }: { access: Grant[]; actorOf(name: string): string }): Caller {
  const principal = readPrincipal(headers)
  if (principal === 'unreadable') {
    throw denied(
      'What App Service tells of your sign-in is too large or cannot be read: whoever runs this service can let the app ' +
        'registration send app roles, or only the groups that are assigned to it',
    )
  }
  if (principal?.name === undefined) {
    throw unauthorized(
      'Sign in to Microsoft Entra ID: a browser at /.auth/login/aad, a program with the header ' +
        '"Authorization: Bearer <token>" and a token for the app registration of this service',
    )
  }
  const actor = actorOf(principal.name)
  if (principal.provider !== 'aad') {
    throw denied(`${actor} has signed in with another provider than Microsoft Entra ID, whose groups and roles count`)
  }
  const rights = rightsOf(principal, access)
  if (rights !== undefined) return { actor, ...rights }
  throw denied(
    principal.hasTooManyGroups
      ? `${actor} is in so many groups that Microsoft Entra ID names none of them: whoever runs this service can give ` +
          'an app role instead, or let the app registration send only the groups that are assigned to it'
      : `${actor} may see no project: no group and no app role of this caller is in the setting ACCESS. Ask whoever ` +
          'runs this service, and sign in again after a change of groups',
  )
}

const unauthorized = (message: string): ApiError => new ApiError('unauthorized', { message })

const denied = (message: string): ApiError => new ApiError('access-denied', { message })
