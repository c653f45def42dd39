import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import { createDemo, type Demo } from '../../../../dev/demo/index.ts'
import { lapsedMs, lapseVariable } from '../../../../dev/demo/lapse.ts'
import { beginning, demoProjects } from '../../../../dev/demo/projects.ts'
import { readConfig } from '../../../../shared/config.ts'
import { createHolidays } from '../../../../shared/holidays/index.ts'
import { findHistory, findSavings, resolve } from '../../../../shared/scaling/index.ts'
import { clusterAt } from '../../kubernetes/clusterAt.ts'
import { scalingOn } from '../../scaling/scalingOn.ts'

let demo: Demo | undefined
let embedded: EmbeddedCluster | undefined
afterEach(async () => {
  demo?.remove()
  await embedded?.stop()
})

test('time passes many times as fast, and the host of the demo has no other time of day', async () => {
  const lapse = { fromMs: beginning.getTime(), startedMs: 0, pace: 1000 }
  expect(lapsedMs(lapse, 60)).toBe(beginning.getTime() + 60_000)
  const program = `console.log(Date.now() > ${beginning.getTime()}, new Date().getFullYear(), new Date(0).getTime(), new Date() instanceof Date)`
  const clock = fileURLToPath(new URL('../../../../dev/demo/hostClock.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', clock, '-e', program], {
    env: { [lapseVariable]: JSON.stringify({ ...lapse, startedMs: Date.now() - 60 }) },
  })
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  await once(child, 'close')
  expect(output).toBe('true 2027 0 true\n')
})

test('its projects have no fault, one of them sleeps already, and a month is behind them', async () => {
  demo = createDemo()
  const { projects: settings, nodePrices } = readConfig(demo.settings)
  embedded = await startCluster({ ...demo.cluster, controllers: false })
  const client = clusterAt(embedded.url)
  const now = demo.now()
  const scaling = scalingOn(client.cluster, { now: () => now, holidaysOf: createHolidays(() => now) })
  const { projects, unusable } = resolve(settings, await client.cluster.listNamespaces(), { ...scaling, now })
  expect(unusable).toEqual([])
  expect(projects.map(({ name, faults }) => [name, faults])).toEqual(demoProjects.map(({ name }) => [name, []]))
  const asleep = projects.filter(({ memory }) => memory.asleepSince !== undefined)
  expect(asleep.map(({ name }) => name)).toEqual(['ml-training'])

  for (const { home } of projects) {
    const { entries } = await findHistory(scaling, home, {})
    expect(new Set(entries.map(({ what }) => what))).toEqual(new Set(['scale-down', 'nodes-gone', 'scale-up']))
  }
  const found = await findSavings(scaling, projects, { days: 30, now })
  expect(found.watch).toMatchObject({ gaps: [] })
  expect(nodePrices).toBeDefined()
  for (const { savings } of found.projects) {
    expect(savings.reduce((sum, { nodeHours }) => sum + nodeHours, 0)).toBeGreaterThan(100)
  }
  await client.close()
})
