/** A bearer token, and when it ends in milliseconds since 1970. */
export interface Token {
  token: string
  expiresOnTimestamp: number
}

/** Where tokens come from. `renewed`: not out of a cache. */
export type FetchToken = (how: { renewed: boolean }) => Promise<Token>

// As the Azure SDKs do. A token that lives for less than that is renewed when a fifth of its life is left.
const marginMs = 5 * 60_000
const marginShare = 0.2

/**
 * Keeps one token, and renews it before it ends, once for all who ask meanwhile.
 * @returns the token; one that the server refused is renewed, whatever its end, once for all who were refused with it
 */
export function createTokens(fetchToken: FetchToken, now: () => number): (refused?: string) => Promise<string> {
  let current: (Token & { renewAt: number }) | undefined
  let pending: Promise<string> | undefined

  async function renew(renewed: boolean): Promise<string> {
    try {
      const fresh = await fetchToken({ renewed })
      const lifeMs = fresh.expiresOnTimestamp - now()
      current = { ...fresh, renewAt: fresh.expiresOnTimestamp - Math.min(marginMs, lifeMs * marginShare) }
    } catch (error) {
      // While it is good, a token that could not be renewed serves on.
      if (current === undefined || renewed || now() >= current.expiresOnTimestamp) throw error
    } finally {
      pending = undefined
    }
    return current.token
  }

  return async (refused) => {
    if (pending !== undefined) return pending
    const isRefused = refused !== undefined && refused === current?.token
    if (current === undefined || isRefused || now() >= current.renewAt) pending = renew(isRefused)
    return pending ?? (current as Token).token
  }
}
