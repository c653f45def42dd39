/** A bearer token, and the time at which it expires, in milliseconds since 1970. */
export interface Token {
  token: string
  expiresOnTimestamp: number
}

/** Gets a token. With `renewed` it bypasses every cache. */
export type FetchToken = (how: { renewed: boolean }) => Promise<Token>

// The margin of the Azure SDKs. A token with a shorter life is renewed when a fifth of that life is left.
const marginMs = 5 * 60_000
const marginShare = 0.2

// Otherwise an API server that accepts none of our tokens would make us ask for one with every call.
const refusalPauseMs = 10_000

/**
 * Keeps one token and renews it before it expires: once for all callers, and in the background while it is valid.
 * @returns a function that answers the token. A token that the server refused is renewed before its time, once for all
 *   calls that were refused with it, and at most every 10 s
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
      // The next attempt is at half of the time that is left, so that an endpoint that is down is not asked with every
      // call.
      if (current !== undefined) current.renewAt = (now() + current.expiresOnTimestamp) / 2
      throw error
    } finally {
      pending = undefined
    }
  }

  function startRenewal(how: { renewed: boolean }): Promise<string> {
    pending = renew(how)
    // A caller that waits for it gets the error, but there may be none.
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
