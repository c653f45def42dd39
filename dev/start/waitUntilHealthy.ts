import { setTimeout as wait } from 'node:timers/promises'
import { HostError } from '../functionsHost/index.ts'
import type { Child } from './child.ts'
import { userAgent } from './screen/logLines.ts'

const limitMs = 60_000
const pauseMs = 50

/** Resolves when `GET /health` says 200. @throws HostError when the host ends before, or takes longer than a minute. */
export async function waitUntilHealthy(url: string, host: Child): Promise<void> {
  const state = { ended: undefined as number | string | undefined, seen: 'no answer' }
  void host.ended.then((how) => {
    state.ended = how
  })
  const deadline = Date.now() + limitMs
  while (Date.now() < deadline) {
    if (state.ended !== undefined) throw new HostError('The host did not start; its own message is above.')
    try {
      const { status } = await fetch(`${url}/health`, {
        headers: { 'user-agent': userAgent },
        signal: AbortSignal.timeout(2000),
      })
      if (status === 200) return
      state.seen = `status ${status}`
    } catch {
      // It does not listen yet.
    }
    await wait(pauseMs)
  }
  throw new HostError(`The host is not healthy after ${limitMs / 1000} s; ${url}/health gave ${state.seen}.`)
}
