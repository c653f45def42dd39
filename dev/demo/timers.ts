import { setTimeout as wait } from 'node:timers/promises'

const timers = ['nightlyScaleDown', 'verifyScaledToZero', 'scheduledScaleUp']

interface Ticking {
  url: string
  key: string | undefined
  everyMs: number
  signal: AbortSignal
}

/** Runs the timers of a Functions host again and again: their own clock is the real one. */
export async function tickUntil({ url, key = '', everyMs, signal }: Ticking): Promise<void> {
  const headers = { 'x-functions-key': key, 'content-type': 'application/json' }
  const run = (timer: string) =>
    fetch(`${url}/admin/functions/${timer}`, { method: 'POST', headers, body: '{"input":""}', signal })
  while (!signal.aborted) {
    for (const timer of timers) await run(timer).catch(() => undefined)
    await wait(everyMs, undefined, { signal }).catch(() => undefined)
  }
}
