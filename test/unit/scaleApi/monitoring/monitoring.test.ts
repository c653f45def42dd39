import { existsSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { createMetrics } from '../../../../shared/telemetry/index.ts'
import { anchorsOf, read } from '../../docs/documents.ts'
import { objectsOf } from '../../infra/manifests.ts'
import { relianceOf } from './promql.ts'

interface Rule {
  alert: string
  expr: string
  labels: { severity: string }
  annotations: { summary: string; description: string; runbook?: string }
}
interface Panel {
  id: number
  type: string
  title: string
  description?: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { expr: string }[]
}

const [{ groups } = { groups: [] }] = objectsOf<{ groups: { rules: Rule[] }[] }>('scale-api/monitoring/alerts.yaml')
const rules = groups.flatMap((group) => group.rules)
const { panels } = JSON.parse(read('scale-api/monitoring/dashboard.json')) as { panels: Panel[] }
const shown = panels.filter(({ type }) => type !== 'row')

const variables: Record<string, string> = { $job: 'scale-api', $__rate_interval: '5m' }
const withoutVariables = (expr: string) => expr.replaceAll(/\$\w+/g, (name) => variables[name] ?? name)

const queries = [
  ...rules.map(({ alert, expr }) => [`the rule ${alert}`, expr]),
  ...shown.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [`the panel ${title}`, expr])),
]

// A scrape adds them.
const ofEveryTarget = ['job', 'instance']

/** Every sample that the host can answer with, and its labels. */
async function samplesOfHost(): Promise<Map<string, Set<string>>> {
  const metrics = createMetrics()
  metrics.timersRun(['nightlyScaleDown'])
  const heartbeat = { timer: 'nightlyScaleDown', lastRun: new Date(0), by: 'scale-api', everySeconds: 300 } as const
  metrics.heartbeats(async () => [{ ...heartbeat, silent: false, fault: undefined }])
  metrics.request({ method: 'GET', route: '/health', status: 200, seconds: 1 })
  metrics.scaleOperation({ action: 'scale-up', outcome: 'changed' })
  metrics.kubernetesCall({ verb: 'get', code: '200', seconds: 1 })
  metrics.observed({ what: 'asleep', workloads: 1 })
  metrics.observed({ what: 'nodes', projects: [{ project: 'a', nodes: 1 }] })
  metrics.observed({ what: 'nodes-gone', project: 'a', minutes: 1 })
  metrics.observed({ what: 'put-back', project: 'a', minutes: 1, by: [], sentences: [] })
  const samples = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of (await metrics.text()).matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
    const known = samples.get(name) ?? new Set(ofEveryTarget)
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label)
    samples.set(name, known)
  }
  return samples
}

test.each(queries)('%s asks for what the host tells, of its job alone', async (_, expr) => {
  const samples = await samplesOfHost()
  const reliance = relianceOf(withoutVariables(expr ?? ''))
  expect(reliance.samples).not.toEqual([])
  const grouping = new Set<string>()
  for (const { name, labels } of reliance.samples) {
    const known = samples.get(name)
    if (known === undefined) throw new Error(`the host has no sample ${name}`)
    expect([...known]).toEqual(expect.arrayContaining(labels))
    expect(labels).toContain('job')
    for (const label of known) grouping.add(label)
  }
  expect([...grouping]).toEqual(expect.arrayContaining(reliance.groupedBy))
})

test.each(rules)(
  'the rule $alert says what happened, what to do and where to read on',
  ({ alert, labels, annotations }) => {
    expect(alert).toMatch(/^ScaleToZero/)
    expect(annotations.summary).not.toBe('')
    expect(annotations.description).toMatch(/\.$/)
    if (labels.severity === 'none') return
    expect(['critical', 'warning']).toContain(labels.severity)
    const [path = '', anchor] = annotations.runbook?.split('#') ?? []
    expect(existsSync(path)).toBe(true)
    expect(anchorsOf(read(path))).toContain(anchor)
  },
)

test('a dead man’s switch is among the rules, and counts each of the timers', () => {
  const [deadMansSwitch] = rules.filter(({ labels }) => labels.severity === 'none')
  expect(deadMansSwitch?.expr).toMatch(/timer_silent.* == 3$/)
})

test('each panel says what it shows, and no two of them overlap', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const taken = new Set<string>()
  for (const { title, description, type, gridPos } of panels) {
    if (type !== 'row') expect(`${title}: ${description}`).toMatch(/: .+\.$/)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken).not.toContain(`${x},${y}`)
        taken.add(`${x},${y}`)
      }
    }
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  }
})
