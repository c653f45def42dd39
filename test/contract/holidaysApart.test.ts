import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { functionsKey, startFunctions, startScaleApi } from '../hosts.ts'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'
import { waitFor } from '../waitFor.ts'

let cluster: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let dir: string
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  client = clusterAt(cluster.url)
  dir = mkdtempSync(join(tmpdir(), 'holidays-apart-'))
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
})
afterAll(async () => {
  await client.close()
  await cluster.stop()
  rmSync(dir, { recursive: true })
})

const read = (path: string) => readFileSync(new URL(`../../dist/${path}`, import.meta.url), 'utf8')
const probe = fileURLToPath(new URL('tellHolidays.ts', import.meta.url))

describe.each([
  ['the function app', startFunctions, 'app/index.js', 'app/holidays.js'],
  ['the in-cluster host', startScaleApi, 'scale-api/main.js', 'scale-api/holidays.js'],
])('%s', (_host, start, bundle, holidays) => {
  test('has the holidays of the world in a file of their own', () => {
    const isWithHolidays = (path: string) => read(path).includes('Pfingstmontag')
    expect([isWithHolidays(bundle), isWithHolidays(holidays)]).toEqual([false, true])
  })

  test('loads that file only when a project asks for holidays', async () => {
    const annotate = (holidays: string | undefined) =>
      client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/holidays': holidays })
    await annotate(undefined)
    const host = await start({
      KUBECONFIG: join(dir, 'kubeconfig'),
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${probe}`,
      PROJECTS: JSON.stringify([{ name: 'a', namespaces: ['project-a'], scaleDown: '0 22 * * *' }]),
      ...(start === startScaleApi && { API_AUTH: 'none' }),
    })
    try {
      const calendar = async () => {
        const headers = { 'x-functions-key': functionsKey }
        return (await fetch(`${host.url}/api/v1/projects/a/calendar`, { headers })).status
      }
      expect(await calendar()).toBe(200)
      expect(host.output()).not.toContain('the holidays are loaded')
      await annotate('JP')
      // What was read of a project is kept for a second.
      await waitFor({
        what: 'the holidays are loaded',
        look: async () => [await calendar(), host.output()] as const,
        until: ([status, output]) => status === 200 && output.includes('the holidays are loaded'),
      })
    } finally {
      await host.stop()
    }
  })
})
