import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import { readConfig } from '../../../../shared/config.ts'
import { applyDueTransitions } from '../../../../shared/scaling/index.ts'
import { createRuns, type RunEnd } from '../../../../shared/timers/runs.ts'
import { runTick } from '../../../../shared/timers/tick.ts'
import type { TimerServices } from '../../../../shared/timers/timer.ts'
import { interruptedKubernetes } from '../../../contract/interruptedKubernetes.ts'
import { Client } from '../../dev/cluster/cluster.ts'
import { clusterAt } from '../../kubernetes/clusterAt.ts'
import { scalingOn } from '../../scaling/scalingOn.ts'

// A run ends itself after half of a timeout as short as this, since the margin of half a minute is longer.
const timeoutMs = 16_000

const count = 200
const namespace = 'project-a'
const longAgo = '2000-01-01T00:00:00.000Z'
const project = { name: namespace, scaleDown: '0 22 * * *' }
const now = () => new Date('2026-11-22T22:05:00Z')

let embedded: EmbeddedCluster
let direct: ReturnType<typeof clusterAt>
const ends: (() => unknown)[] = []

beforeEach(async () => {
  embedded = await startCluster({ controllers: false })
  direct = clusterAt(embedded.url)
  ends.push(embedded.stop, direct.close)
  for (let index = 1; index < count; index++) {
    const body = { metadata: { name: `app-${index}` }, spec: { replicas: 1, selector: {}, template: {} } }
    await new Client(embedded).send('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, { body })
  }
  await direct.cluster.annotateNamespace(namespace, {
    'aks-scale-to-zero/last-scale-down': longAgo,
    'aks-scale-to-zero/last-scale-up': longAgo,
  })
})
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** One run of nightlyScaleDown through a client of its own, and the lines that it logs. */
async function runThrough(url: string, onBegin: (end: RunEnd) => void = () => {}) {
  const { cluster, close } = clusterAt(url, { maxSockets: 64, timeoutMs })
  ends.push(close)
  const lines: { msg: string; workloads?: number; why?: string }[] = []
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
  const config = readConfig({ PROJECTS: JSON.stringify([project]) })
  const services = {
    config,
    logger,
    scaling: scalingOn(cluster, { now }),
    schedule: '0 */5 * * * *',
  } as unknown as TimerServices
  await createRuns(timeoutMs, 'functionTimeout in host.json').run((end) => {
    onBegin(end)
    return runTick(services, end, (request) => applyDueTransitions(services.scaling, 'scale-down', request))
  })
  return lines
}

const awake = async () =>
  (await direct.cluster.listWorkloads({ kind: 'Deployment', namespace })).filter(
    ({ desiredReplicas }) => desiredReplicas > 0,
  )
const remembered = async () =>
  (await direct.cluster.listNamespaces()).find(({ name }) => name === namespace)?.annotations ?? {}

test('with a slow API server a run ends itself before functionTimeout, says so, and the next run does the rest', async () => {
  const ending = Promise.withResolvers<void>()
  const patched: string[] = []
  const slow = await interruptedKubernetes(embedded.url, async ({ request, pass }) => {
    if (request.method === 'PATCH' && request.url?.includes('/deployments/')) {
      patched.push(request.url)
      // From here on each takes longer than the run has time for.
      if (patched.length > 40) await ending.promise
    }
    await pass()
  })
  ends.push(slow.stop)

  const lines = await runThrough(slow.url, ({ ending: signal }) =>
    signal.addEventListener('abort', () => ending.resolve()),
  )
  const left = await awake()
  expect(left).toHaveLength(count - patched.length)
  expect(lines.filter(({ msg }) => msg.startsWith('the run ends early'))).toMatchObject([
    { workloads: left.length, why: 'it would take longer than functionTimeout in host.json allows' },
  ])
  expect((await remembered())['aks-scale-to-zero/unfinished']).toMatch(/^2026-11-22T22:00:00\.000Z: /)

  expect(await runThrough(embedded.url)).toMatchObject([{ msg: 'swept', changed: left.length }])
  expect(await awake()).toEqual([])
  expect((await remembered())['aks-scale-to-zero/last-scale-down']).toBe('2026-11-22T22:00:00.000Z')
})
