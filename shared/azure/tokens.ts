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

// An API server that takes no token of ours would else have us ask for one with every call.
const refusalPauseMs = 10_000

/**
 * Keeps one token, and renews it before it ends, once for all who ask and behind their backs while it is good.
 * @returns the token; one that the server refused is renewed, whatever its end, once for all who were refused with it and
 *   at most every 10 s
 */
export function createTokens(fetchToken: FetchToken, now: () => number): (refused?: string) => Promise<string> {
  let current: (Token & { renewAt: number }) | undefined
  let pending: Promise<string> | undefined
  let refusedAt = Number.NEGATIVE_INFINITY

  async function renew(how: { renewed: boolean }): Promise<string> {
    try {
      const fresh = await fetchToken(how)
      const lifeMs = fresh.expiresOnTimestamp - now()
      current = { ...fresh, renewAt: fresh.expiresOnTimestamp - Math.min(marginMs, lifeMs * marginShare) }
      return fresh.token
    } catch (error) {
      // Again at half of the time that is left, so that an endpoint that is down is not asked with every call.
      if (current !== undefined) current.renewAt = (now() + current.expiresOnTimestamp) / 2
      throw error
    } finally {
      pending = undefined
    }
  }

  function startRenewal(how: { renewed: boolean }): Promise<string> {
    pending = renew(how)
    // Whoever waits for it hears of it; nobody may.
    pending.catch(() => {})
    return pending
  }

  return async (refused) => {
    const isRefused = refused !== undefined && refused === current?.token
    if (isRefused && pending !== undefined) return pending
    if (isRefused && now() >= refusedAt + refusalPauseMs) {
      refusedAt = now()
      return startRenewal({ renewed: true })
    }
    if (current === undefined || now() >= current.expiresOnTimestamp) {
      return pending ?? startRenewal({ renewed: false })
    }
    if (pending === undefined && now() >= current.renewAt) void startRenewal({ renewed: false })
    return current.token
  }
}
