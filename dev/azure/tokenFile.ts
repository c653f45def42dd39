import { randomBytes } from 'node:crypto'

/** The tokens of one user, as the API server's `--token-auth-file` lists them. */
export interface UserTokens {
  /** For a managed identity, its object id: on AKS, Kubernetes RBAC knows it by that name. */
  user: string
  tokens: string[]
}

/** Makes `count` random tokens. */
export const newTokens = (count: number): string[] =>
  Array.from({ length: count }, () => randomBytes(32).toString('base64url'))

/** The format is https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file */
export const formatTokenFile = ({ user, tokens }: UserTokens): string =>
  tokens.map((token) => `${token},${user},${user}\n`).join('')

/** Reads the text that `formatTokenFile` writes. @throws when it has no token */
export function parseTokenFile(text: string): UserTokens {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(','))
  const user = rows[0]?.[1]
  if (!user) throw new Error('the token file has no token')
  return { user, tokens: rows.map(([token = '']) => token) }
}
