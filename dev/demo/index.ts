import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import type { ClusterOptions } from '../cluster/index.ts'
import { type Lapse, lapsedMs, lapseVariable } from './lapse.ts'
import { demoObjects } from './objects.ts'
import { beginning, demoPools, demoPrices, projectsSetting } from './projects.ts'
import { story } from './story.ts'
import { tickUntil } from './timers.ts'

// A second is five minutes, so the first minute is the evening of Tokyo and the morning of New York.
const pace = 300
const minuteMs = 60_000 / pace

/** A day of some projects, in time lapse. */
export interface Demo {
  /** Its cluster: Pods start within a minute of its time, and empty nodes stay for ten. */
  cluster: ClusterOptions
  settings: Record<string, string>
  /** Lets the time pass, also for the host of this environment. Until then it stands at the beginning. */
  begin(env: NodeJS.ProcessEnv): void
  /** The arguments of the Functions host: the statuses of its timers are not those of a start without the demo. */
  hostArguments: string[]
  now(): Date
  /** Runs the timers and the story, until it is stopped. */
  play(host: { url: string; key: string | undefined; config: KubeConfig }): { stop(): Promise<void> }
  remove(): void
}

/** Prepares the demo. */
export function createDemo(): Demo {
  let lapse: Lapse | undefined
  const now = () => (lapse === undefined ? beginning : new Date(lapsedMs(lapse, Date.now())))
  const state = mkdtempSync(join(tmpdir(), 'aks-scale-to-zero-demo-'))
  return {
    cluster: {
      projects: { objects: demoObjects(), pools: demoPools },
      podDelayMs: minuteMs,
      nodeDelayMs: 10 * minuteMs,
      now,
    },
    settings: { PROJECTS: projectsSetting(), NODE_PRICES: demoPrices, SCHEDULE_TICK: '0 */5 * * * *' },
    begin(env) {
      lapse = { fromMs: beginning.getTime(), startedMs: Date.now(), pace }
      const clock = `--import=${new URL('hostClock.ts', import.meta.url).href}`
      env.NODE_OPTIONS = [env.NODE_OPTIONS, clock].filter(Boolean).join(' ')
      env[lapseVariable] = JSON.stringify(lapse)
    },
    hostArguments: ['--state', state],
    now,
    play({ url, key, config }) {
      const end = new AbortController()
      const { signal } = end
      const ticking = tickUntil({ url, key, everyMs: 5 * minuteMs, signal })
      const playing = story.map(async ({ atMinute, act }) => {
        const leftMs = (beginning.getTime() + atMinute * 60_000 - now().getTime()) / pace
        await wait(Math.max(0, leftMs), undefined, { signal })
        await act(config)
      })
      return {
        async stop() {
          end.abort()
          await Promise.allSettled([ticking, ...playing])
        },
      }
    },
    remove: () => rmSync(state, { recursive: true, force: true }),
  }
}
