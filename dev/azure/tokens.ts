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
 * The tokens that the identity endpoint gives. One for ARM is random and remembered, so that ARM takes no other. One for
 * AKS is the next of `aksTokens`, which the Kubernetes API server knows: two in a row can be told apart.
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
    /** One that no API server knows. */
    bogus: (): Token => ({ value: randomBytes(32).toString('base64url'), expiresAt: expiry() }),
    /** When a token of ARM ends; undefined for one that was not given for it. */
    armExpiry: (value: string): Date | undefined => ofArm.get(value),
  }
}

export type Tokens = ReturnType<typeof createTokens>
