import { readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readSnapshots, type Variant, variantsOf } from '../../../../dev/infra/bicep/snapshots.ts'
import { createQueryReader } from '../../../../dev/infra/kql/index.ts'
import { monitoringFaults } from '../../../../dev/infra/monitoring/index.ts'
import { read as readFile, root } from '../../docs/documents.ts'

const read = createQueryReader()
const snapshots = readSnapshots(root)

// Kusto's language service builds its grammar for the first query, which takes seconds, and more on a busy machine.
test('the alerts and the workbook of all variants have no fault', () => {
  expect(monitoringFaults(root, variantsOf(snapshots), read)).toEqual([])
}, 120_000)

test('the timers that should have run are those of the function app', () => {
  const names = readdirSync(`${root}functions`, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.endsWith('.ts')).map((name) => readFile(`functions/${name}`))
  const timers = files.flatMap((text) => [...text.matchAll(/registerTimer\('(\w+)'/g)].map(([, name]) => name))
  const [, expected = ''] = /\[(.*)\]/.exec(readFile('infra/queries/timers-without-tick.kql')) ?? []
  expect(expected.split(', ').map((name) => JSON.parse(name))).toEqual(timers.toSorted())
})

const alerts = 'infra/monitoring/alerts.bicep'
const workbook = 'infra/monitoring/workbook.bicep'

interface Faulty {
  /** For the name of the test. */
  fault: string
  /** The kind of the resource that has it, and a text of it that becomes another one. */
  type: 'scheduledQueryRules' | 'metricAlerts' | 'workbooks'
  from: string
  to: string
  /** Where it is found, and what the message names. */
  file: string
  names: string
}

test.each<Faulty>([
  {
    fault: 'an alert on an event that nobody sends',
    type: 'scheduledQueryRules',
    from: 'Name == \\"Fault\\"',
    to: 'Name == \\"FaultSeen\\"',
    file: alerts,
    names: 'nobody sends the event FaultSeen',
  },
  {
    fault: 'an alert that is split by a column that its query does not give',
    type: 'scheduledQueryRules',
    from: '"name":"Timer"',
    to: '"name":"Function"',
    file: alerts,
    names: 'the column Function, and infra/queries/timers-without-tick.kql gives Timer',
  },
  {
    fault: 'an alert whose query has a parameter',
    type: 'scheduledQueryRules',
    from: 'Name == \\"Fault\\"',
    to: 'Name == \\"Fault\\" and OperationId == \\"{Operation}\\"',
    file: alerts,
    names: 'the parameter {Operation}',
  },
  {
    fault: 'an alert on a metric that the cluster does not have',
    type: 'metricAlerts',
    from: 'cluster_autoscaler_unschedulable_pods_count',
    to: 'unschedulable_pods_count',
    file: alerts,
    names: 'the metric unschedulable_pods_count',
  },
  {
    fault: 'a workbook with a step of a type that its schema does not have',
    type: 'workbooks',
    from: '\\"type\\":3,\\"name\\":\\"asleep\\"',
    to: '\\"type\\":\\"query\\",\\"name\\":\\"asleep\\"',
    file: workbook,
    names: '/items',
  },
  {
    fault: 'a workbook with an unescaped quote',
    type: 'workbooks',
    from: 'Nothing in this time range.',
    to: 'No \\"rows\\" here.',
    file: workbook,
    names: 'the workbook cannot be read',
  },
  {
    fault: 'a query with a parameter that the workbook does not have',
    type: 'workbooks',
    from: '\\"name\\":\\"Prices\\"',
    to: '\\"name\\":\\"Price\\"',
    file: workbook,
    names: 'the step nodes-gone of the workbook asks for {Prices}',
  },
  {
    fault: 'a time range that the workbook does not have',
    type: 'workbooks',
    from: '\\"name\\":\\"TimeRange\\"',
    to: '\\"name\\":\\"Range\\"',
    file: workbook,
    names: '{TimeRange}',
  },
  {
    fault: 'a chart of a column that its query does not give',
    type: 'workbooks',
    from: '\\"yAxis\\":[\\"Runs\\"]',
    to: '\\"yAxis\\":[\\"Ticks\\"]',
    file: workbook,
    names: 'the column Ticks, and infra/queries/ticks-over-time.kql gives Timer, At, Runs',
  },
  {
    fault: 'a query that is in no file',
    type: 'workbooks',
    from: '| where not(Success)',
    to: '| where not(Succes)',
    file: workbook,
    names: 'put it into infra/queries/',
  },
  {
    fault: 'a file that nothing uses',
    type: 'workbooks',
    from: '| where not(Success)',
    to: '| where not(Succes)',
    file: 'infra/queries/failed-calls.kql',
    names: 'no alert and no workbook uses it',
  },
])('$fault is found, and named', ({ type, from, to, file, names }) => {
  const found = monitoringFaults(root, [changed(type, from, to)], read)
  expect(found).toContainEqual({ file, message: expect.stringContaining(names) })
})

/** The default variant, with one text of one resource changed. */
function changed(type: string, from: string, to: string): Variant {
  const name = 'default'
  const snapshot = JSON.parse(snapshots.get(name) ?? '')
  let isChanged = false
  snapshot.predictedResources = snapshot.predictedResources.map(
    (resource: Variant['snapshot']['predictedResources'][0]) => {
      const text = JSON.stringify(resource)
      if (isChanged || resource.type !== `Microsoft.Insights/${type}` || !text.includes(from)) return resource
      isChanged = true
      return JSON.parse(text.replace(from, () => to))
    },
  )
  expect(isChanged).toBe(true)
  return { name, snapshot }
}
