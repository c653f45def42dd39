import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readQueryFiles, withValues } from '../../../../dev/infra/monitoring/queries.ts'
import type { Observation } from '../../../../shared/scaling/index.ts'
import { createTelemetry, type TelemetryItem, tellObserved } from '../../../../shared/telemetry/index.ts'
import { read, root } from '../../docs/documents.ts'

const folder = `${root}test/unit/infra/monitoring/`
const python = process.env.KQL_PYTHON ?? 'python3'
const hasEngine = spawnSync(python, ['-c', 'import duckdb, duckdb_kql, pytz']).status === 0
const describeWithEngine = hasEngine ? describe : describe.skip

type Row = Record<string, unknown>

/** What this product sends when these things happen, as rows of the tables in which it arrives. */
async function rowsOf(story: [at: string, what: Observation | { tick: string; failed?: number }][]) {
  const rows: Record<string, Row[]> = { AppEvents: [], AppMetrics: [] }
  let now = 0
  const telemetry = createTelemetry({
    load: async () => ({ send: async (items) => items.forEach(arrive) }),
    now: () => now,
    operation: () => undefined,
    warn: (message) => {
      throw new Error(message)
    },
  })
  function arrive(item: TelemetryItem): void {
    const TimeGenerated = new Date(now).toISOString().slice(0, -1)
    if (item.type === 'event') {
      const { name: Name, properties: Properties, measurements: Measurements } = item
      rows.AppEvents?.push({ TimeGenerated, Name, Properties, Measurements, OperationId: '0af7', ItemCount: 1 })
    } else if (item.type === 'metric') {
      rows.AppMetrics?.push({ TimeGenerated, Name: item.name, Properties: item.properties, Max: item.value })
    }
  }
  for (const [at, what] of story) {
    now = Date.parse(at)
    if ('tick' in what) {
      const { tick, failed = 0 } = what
      telemetry.event('Tick', { function: tick, duration: 0.5, changed: 1, failed, dry_run: false })
    } else tellObserved(telemetry, what)
    await telemetry.flush(1000)
  }
  return rows
}

const scaled = (project: string | undefined, namespace: string, [from, to]: [number, number]): Observation => ({
  what: 'scaled',
  project,
  ref: { kind: 'Deployment', namespace, name: 'web' },
  from,
  to,
  actor: project === undefined ? 'ci' : 'schedule',
  reason: 'nightly',
})

const request = (code: string, count: number): Row => ({
  TimeGenerated: '2026-11-02T22:00:00',
  Url: 'https://app/api/v1/projects',
  OperationName: 'listProjects',
  ResultCode: code,
  ItemCount: count,
  DurationMs: 20,
})

/** Two projects in one night. A is woken at 23:30 by the name of its workload, B sleeps on. */
const night = () =>
  rowsOf([
    ['2026-11-02T22:00:00Z', { tick: 'nightlyScaleDown', failed: 1 }],
    ['2026-11-02T22:00:00Z', scaled('project-a', 'a', [2, 0])],
    ['2026-11-02T22:00:00Z', scaled('project-b', 'b', [1, 0])],
    ['2026-11-02T22:00:01Z', { what: 'swept', project: undefined, action: 'scale-up', seconds: 1, failures: ['no'] }],
    [
      '2026-11-02T22:00:01Z',
      { what: 'fault', project: 'project-b', fault: { key: 'scaleUp', message: 'no cron line' } },
    ],
    ['2026-11-02T22:05:00Z', { what: 'nodes', projects: [{ project: 'project-b', nodes: 2 }] }],
    ['2026-11-02T22:20:00Z', { what: 'nodes-held', project: 'project-b', minutes: 20, nodes: 2, blockers: ['a Pod'] }],
    ['2026-11-02T22:30:00Z', { what: 'nodes-gone', project: 'project-a', minutes: 30 }],
    ['2026-11-02T23:00:00Z', { what: 'nodes-gone', project: 'project-b', minutes: 60 }],
    ['2026-11-02T23:30:00Z', scaled(undefined, 'a', [0, 2])],
    [
      '2026-11-03T00:30:00Z',
      { what: 'put-back', project: 'project-b', minutes: 150, by: ['Helm ("helm")'], sentences: ['upgrade by day'] },
    ],
    ['2026-11-03T01:00:00Z', { tick: 'scheduledScaleUp' }],
    ['2026-11-03T07:03:00Z', { what: 'nodes-back', project: 'project-b', minutes: 3 }],
    ['2026-11-03T07:05:00Z', { what: 'ready', project: 'project-b', minutes: 5 }],
  ])

/** The answers of all queries to these rows, by the names of the queries. */
function answersTo(rows: Record<string, Row[]>): Record<string, Row[]> {
  const { tables } = JSON.parse(read('dev/infra/kql/tables.json')) as { tables: Record<string, { columns: object }> }
  const values = { Prices: 'project-a=0.50, project-b=3', Operation: '0af7' }
  const input = JSON.stringify({
    tables: Object.fromEntries(Object.entries(tables).map(([name, { columns }]) => [name, columns])),
    rows,
    queries: Object.fromEntries(
      readQueryFiles(root).map(({ file, text }) => [basename(file, '.kql'), withValues(text, values)]),
    ),
  })
  const run = spawnSync(python, [`${folder}answer.py`], { input, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout)
}

// DuckDB is no Kusto, but the translation covers most of the language: requirements.txt beside this file.
describeWithEngine('the queries, on what this product sends', () => {
  let answers: Record<string, Row[]>

  beforeAll(async () => {
    const requests = [request('200', 56), request('503', 3), { ...request('0', 9), Url: '' }]
    answers = answersTo({ ...(await night()), AppRequests: requests })
  }, 120_000)

  test('the timer that has told of no run is the one that is missing', () => {
    expect(answers['timers-without-tick']).toEqual([{ Timer: 'verifyScaledToZero' }])
  })

  test('a failure, a fault and held nodes each are a row with the project that an alert is split by', () => {
    expect(answers['failed-sweeps']).toMatchObject([
      { Project: '(wake-up times of workloads)', Failed: 1, Reason: 'no' },
    ])
    expect(answers.faults).toMatchObject([{ Project: 'project-b', Key: 'scaleUp', Reason: 'no cron line' }])
    expect(answers['nodes-held']).toMatchObject([{ Project: 'project-b', Nodes: 2, Minutes: 20, Blockers: 'a Pod' }])
    expect(answers['put-back']).toMatchObject([
      { Project: 'project-b', By: 'Helm ("helm")', Minutes: 150, Reason: 'upgrade by day' },
    ])
  })

  test('3 failed of 59 requests are 5 %, and runs of timers do not count', () => {
    expect(answers['failed-requests']).toEqual([{ Requests: 59, Failed: 3, Percent: 5.1 }])
  })

  test('a project has no nodes from when they were seen gone until it is woken, if only by a name, or put back', () => {
    expect(answers['nodes-gone']).toEqual([
      { Project: 'project-b', From: '2026-11-02 23:00:00', Until: '2026-11-03 00:30:00', Hours: 1.5, Price: 4.5 },
      { Project: 'project-a', From: '2026-11-02 22:30:00', Until: '2026-11-02 23:30:00', Hours: 1, Price: 0.5 },
    ])
  })

  test('a morning has the minutes until the first node was back, and until all was ready', () => {
    expect(answers['minutes-until-awake']).toEqual([
      { Project: 'project-b', Until: 'Ready', Mornings: 1, P50: 5, P95: 5 },
      { Project: 'project-b', Until: 'NodesBack', Mornings: 1, P50: 3, P95: 3 },
    ])
  })

  test('a workload sleeps until it is woken, and is awake from then on', () => {
    const at = (time: string) =>
      answers['asleep-and-awake']
        ?.filter((row) => row.At === `2026-11-0${time}`)
        .toSorted((a, b) => String(a.Project).localeCompare(String(b.Project)))
    const b = { Project: 'project-b', Asleep: 1, Awake: 0 }
    expect(at('2 23:30:00')).toMatchObject([{ Project: 'project-a', Asleep: 1, Awake: 0 }, b])
    expect(at('2 23:45:00')).toMatchObject([{ Project: 'project-a', Asleep: 0, Awake: 1 }, b])
  })

  test('the runs of each timer are counted, with the failed ones', () => {
    expect(answers.ticks).toMatchObject([
      { Timer: 'nightlyScaleDown', Runs: 1, FailedRuns: 1, DryRuns: 0, Changed: 1, P95Seconds: 0.5 },
      { Timer: 'scheduledScaleUp', Runs: 1, FailedRuns: 0 },
    ])
  })

  test('who scaled what comes with the replicas before and after', () => {
    expect(answers['who-scaled-what']?.[0]).toMatchObject({ Event: 'ScaleUp', Before: 0, After: 2, Actor: 'ci' })
    expect(answers['who-scaled-what']).toHaveLength(3)
  })

  test('the nodes of a sleeping project are those that the metric told', () => {
    expect(answers['nodes-of-sleeping-projects']).toMatchObject([{ Project: 'project-b', Nodes: 2 }])
    expect(answers['minutes-until-nodes-are-gone']).toMatchObject([
      { Project: 'project-b', Nights: 1, P50: 60 },
      { Project: 'project-a', Nights: 1, P95: 30 },
    ])
  })

  test('without any telemetry all three timers are missing, and nothing else is told', () => {
    const { 'timers-without-tick': timers, ...others } = answersTo({})
    expect(timers?.map(({ Timer }) => Timer).toSorted()).toEqual([
      'nightlyScaleDown',
      'scheduledScaleUp',
      'verifyScaledToZero',
    ])
    expect(Object.values(others).flat()).toEqual([])
  }, 120_000)
})
