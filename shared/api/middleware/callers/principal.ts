import { z } from 'zod'
import { loggable } from '../loggable.ts'

/** A person or a program that has signed in to Microsoft Entra ID, as App Service authentication tells of it. */
export interface Principal {
  /** Its name for logs and records, e.g. `alice@example.com`; undefined when it has none. */
  name: string | undefined
  /** The identity provider; `aad` is Microsoft Entra ID. */
  provider: string
  /** Object ids of Entra groups. */
  groups: string[]
  /** App roles, each by its value. */
  roles: string[]
  /** Whether it is in more groups than a token holds, so that Entra ID has sent none of them. */
  hasTooManyGroups: boolean
}

const longestName = 128
// 200 groups, the most that a token has, take 17 KB.
const longestHeader = 64 * 1024

/** https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities#decode-the-client-principal-header */
const Header = z.object({
  auth_typ: z.string(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
})

// App Service keeps the names of the token, or maps them to those of WS-Federation.
const groupTypes = ['groups', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups']
const roleTypes = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role']

/** The name that App Service gives a caller, for logs and records. */
export function nameOf(headers: Headers): string | undefined {
  const given = headers.get('x-ms-client-principal-name') || headers.get('x-ms-client-principal-id')
  return (given && loggable(given, longestName)) || undefined
}

/**
 * Reads the headers in which App Service tells who has signed in. It takes them out of every request from outside, so
 * they are true behind it, and nowhere else.
 * @returns undefined when nobody has
 */
export function readPrincipal(headers: Headers): Principal | 'unreadable' | undefined {
  const text = headers.get('x-ms-client-principal')
  if (text === null) return undefined
  const read = text.length > longestHeader ? undefined : Header.safeParse(parse(text))
  if (!read?.success) return 'unreadable'
  const { auth_typ: provider, claims } = read.data
  const valuesOf = (types: string[]) => claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val)
  return {
    name: nameOf(headers),
    provider,
    groups: valuesOf(groupTypes).map((id) => id.toLowerCase()),
    roles: valuesOf(roleTypes),
    hasTooManyGroups: claims.some(isOverage),
  }
}

/**
 * Instead of more than 200 groups a token has the place where they can be asked for; an ID token that a browser has
 * brought says only that there are some, from 6 on.
 * https://learn.microsoft.com/security/zero-trust/develop/configure-tokens-group-claims-app-roles#group-overages
 */
const isOverage = ({ typ, val }: { typ: string; val: string }): boolean =>
  (typ === '_claim_names' && val.includes('groups')) || (typ === 'hasgroups' && val.toLowerCase() === 'true')

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString())
  } catch {
    return undefined
  }
}
