import { randomBytes } from 'node:crypto'

/** The tokens of one user, as the API server's `--token-auth-file` has them. */
export interface UserTokens {
  /** For a managed identity its object id: by that name Kubernetes RBAC knows it on AKS. */
  user: string
  tokens: string[]
}

/** Makes so many random tokens. */
export const newTokens = (count: number): string[] =>
  Array.from({ length: count }, () => randomBytes(32).toString('base64url'))

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file */
export const formatTokenFile = ({ user, tokens }: UserTokens): string =>
  tokens.map((token) => `${token},${user},${user}\n`).join('')

/** Reads what `formatTokenFile` has written. @throws when it has no token */
export function parseTokenFile(text: string): UserTokens {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(','))
  const user = rows[0]?.[1]
  if (!user) throw new Error('the token file has no token')
  return { user, tokens: rows.map(([token = '']) => token) }
}
