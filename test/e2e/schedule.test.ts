import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createNamespace } from '../contract/namespace.ts'
import { functionsKey, startFunctions, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { killDuringSweep } from './kills.ts'
import { tickTogether } from './manyHosts.ts'
import { createMixedWorkloads, type MixedWorkloads } from './mixedWorkloads.ts'
import { readTarget } from './target.ts'

const { kubeconfig } = readTarget()
const minutes = (count: number) => count * 60_000

describe('a sweep of 200 workloads', () => {
  const count = 200
  let workloads: MixedWorkloads
  beforeAll(async () => {
    workloads = await createMixedWorkloads(kubeconfig, { name: 'e2e-mixed', count })
  }, minutes(2))
  afterAll(() => workloads?.remove())

  // The kills are spread over the sweep; `npm run chaos` kills at a hundred random moments.
  test.each([0, 1, 10, 30, 50, 80, 110, 140, 170, 199])(
    'that is killed when %i are asleep loses nothing: one clean tick does the rest',
    async (killWhenAsleep) => {
      const { problems } = await killDuringSweep(workloads, { kubeconfig, killWhenAsleep })
      expect(problems).toEqual([])
    },
    minutes(3),
  )

  test(
    'by many hosts at the same moment has the effect of one, without an error',
    async () => {
      expect(await tickTogether(workloads, { kubeconfig, nights: 5 })).toEqual([])
    },
    minutes(5),
  )
})

test(
  'a project is of the namespaces that its entry finds, and a tick puts none of them to zero while they are too many',
  async () => {
    const labels = { 'e2e-found': String(Date.now()) }
    const longAgo = '2000-01-01T00:00:00.000Z'
    const annotations = { 'aks-scale-to-zero/last-scale-down': longAgo, 'aks-scale-to-zero/last-scale-up': longAgo }
    const namespaces: Awaited<ReturnType<typeof createNamespace>>[] = []
    const admin = readFileSync(kubeconfig, 'utf8')
    const add = async () => {
      const one = await createNamespace(admin, { labels, annotations })
      namespaces.push(one)
      return { one, app: await one.deploy({ runs: false }) }
    }
    const lines = { scaleDown: '* * * * *', scaleUp: '0 0 29 2 *' }
    const entry = { name: 'e2e-found', namespaceSelector: labels, oneProject: true, atMost: 2, ...lines }
    const host = await startFunctions({
      KUBECONFIG: kubeconfig,
      LOG_LEVEL: 'debug',
      PROJECTS: JSON.stringify([entry]),
    })
    const tickOnce = async () => {
      const ticks = () => host.output().match(/"msg":"tick done"/g)?.length ?? 0
      const before = ticks()
      await tick(host, 'nightlyScaleDown')
      await waitFor({ what: 'the tick is done', look: async () => ticks(), until: (count) => count > before })
    }
    try {
      const apps = [await add(), await add(), await add()]
      const replicas = () => Promise.all(apps.map(async ({ one, app }) => (await one.read(app)).spec?.replicas))
      await tickOnce()
      expect(await replicas()).toEqual([2, 2, 2])
      expect(host.output()).toContain('more than its atMost of 2')
      await namespaces.pop()?.remove()
      apps.pop()
      await waitFor({
        what: 'the two are put to zero, as one project',
        look: async () => {
          await tickOnce()
          return replicas()
        },
        until: (counts) => counts.every((count) => count === 0),
      })
    } finally {
      await host.stop()
      for (const one of namespaces) await one.remove()
    }
  },
  minutes(2),
)

test(
  'a workload wakes at its own time, by the timer',
  async () => {
    const workloads = await createMixedWorkloads(kubeconfig, { name: 'e2e-own-time', count: 1 })
    const host = await startFunctions({ KUBECONFIG: kubeconfig })
    try {
      const path = `${host.url}/api/v1/deployments/${workloads.name}/app-0/scale-to-zero`
      const wakeAt = new Date(Date.now() + 3000)
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'x-functions-key': functionsKey },
        body: JSON.stringify({ reason: 'a break', scheduled_scale_up: wakeAt.toISOString() }),
      })
      expect(response.status).toBe(200)
      await waitFor({
        what: 'it is awake again',
        look: async () => {
          await tick(host, 'scheduledScaleUp')
          return (await workloads.look()).get('app-0')?.replicas
        },
        until: (replicas) => replicas === 1,
      })
      expect(Date.now()).toBeGreaterThanOrEqual(wakeAt.getTime())
    } finally {
      await host.stop()
      await workloads.remove()
    }
  },
  minutes(2),
)
