import { randomBytes } from 'node:crypto'

interface TokenOptions {
  aksTokens: readonly string[]
  lifetimeSeconds: number
  now: () => Date
}

interface Token {
  value: string
  expiresAt: Date
}

/**
 * The tokens that the identity endpoint issues. A token for ARM is random and remembered; ARM accepts no other. A token
 * for AKS is the next of `aksTokens`, which the Kubernetes API server accepts; a test can tell two in a row apart.
 */
export function createTokens({ aksTokens, lifetimeSeconds, now }: TokenOptions) {
  const ofArm = new Map<string, Date>()
  const ofMonitor = new Set<string>()
  let given = 0
  const expiry = () => new Date(now().getTime() + lifetimeSeconds * 1000)
  return {
    forArm(): Token {
      const token = { value: randomBytes(32).toString('base64url'), expiresAt: expiry() }
      ofArm.set(token.value, token.expiresAt)
      return token
    },
    /** One for Azure Monitor, which takes no other. */
    forMonitor(): Token {
      const token = { value: randomBytes(32).toString('base64url'), expiresAt: expiry() }
      ofMonitor.add(token.value)
      return token
    },
    isForMonitor: (value: string): boolean => ofMonitor.has(value),
    forAks(): Token {
      const value = aksTokens[given++ % aksTokens.length]
      if (value === undefined) throw new Error('the fake Azure was given no token for the cluster')
      return { value, expiresAt: expiry() }
    },
    /** A token that no API server accepts. */
    bogus: (): Token => ({ value: randomBytes(32).toString('base64url'), expiresAt: expiry() }),
    /** When a token for ARM expires; undefined for a token that was not issued for ARM. */
    armExpiry: (value: string): Date | undefined => ofArm.get(value),
  }
}

export type Tokens = ReturnType<typeof createTokens>
