import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Bicep } from 'bicep-node'
import { findBicep, openBicep } from '../../../../dev/infra/bicep/cli.ts'
import { readSnapshots, takeSnapshot, type Variant, variantsOf } from '../../../../dev/infra/bicep/snapshots.ts'
import type { Finding } from '../../../../dev/infra/finding.ts'
import { createQueryReader } from '../../../../dev/infra/kql/index.ts'
import { monitoringFaults } from '../../../../dev/infra/monitoring/index.ts'
import { root } from '../../docs/documents.ts'

const read = createQueryReader()

test('the committed snapshots have no fault', () => {
  expect(monitoringFaults(root, variantsOf(readSnapshots(root)), read)).toEqual([])
})

// Without the Bicep CLI, a change of the templates has no effect that could be looked at. CI has it.
const path = findBicep(process.env)
const describeWithBicep = path === undefined && !process.env.CI ? describe.skip : describe

describeWithBicep('a fault that somebody makes', () => {
  let bicep: Bicep
  beforeAll(async () => {
    bicep = await openBicep(path ?? 'bicep')
  })
  afterAll(() => bicep.dispose())

  // Bicep remembers the files that it has read, so each test has a folder of its own.
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'monitoring-'))
    cpSync(`${root}infra`, `${folder}/infra`, { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const queries = 'infra/queries/'
  const alerts = 'infra/monitoring/alerts.bicep'
  const workbook = 'infra/monitoring/workbook.bicep'

  interface Planted {
    /** For the name of the test. */
    fault: string
    /** Where it is made. */
    file: string
    right: string
    wrong: string
    /** Where it is found, if not where it is made. */
    foundIn?: string
    /** What the message names. */
    names: string
  }

  test.each<Planted>([
    {
      fault: 'a column that the table does not have',
      file: `${queries}faults.kql`,
      right: 'Properties["key"]',
      wrong: 'Property["key"]',
      names: "'Property'",
    },
    {
      fault: 'a keyword as a name',
      file: `${queries}ticks.kql`,
      right: 'by Timer =',
      wrong: 'by project =',
      names: "'project'",
    },
    {
      fault: 'a query about an event that nobody sends',
      file: `${queries}faults.kql`,
      right: '"Fault"',
      wrong: '"FaultSeen"',
      names: 'FaultSeen',
    },
    {
      fault: 'an alert on an event that nobody sends',
      file: alerts,
      right: "loadTextContent('../queries/faults.kql')",
      wrong: '\'AppEvents | where Name == "FaultSeen"\'',
      names: 'FaultSeen',
    },
    {
      fault: 'an alert that is split by a column that its query does not give',
      file: alerts,
      right: "splitBy: 'Timer'",
      wrong: "splitBy: 'Function'",
      names: 'the column Function',
    },
    {
      fault: 'an alert on a metric that the cluster does not have',
      file: alerts,
      right: 'cluster_autoscaler_unschedulable_pods_count',
      wrong: 'unschedulable_pods_count',
      names: 'the metric unschedulable_pods_count',
    },
    {
      fault: 'an alert whose query has a parameter',
      file: alerts,
      right: '../queries/faults.kql',
      wrong: '../queries/operation.kql',
      names: '{Operation}',
    },
    {
      fault: 'a workbook that its schema refuses',
      file: workbook,
      right: 'type: 1, name',
      wrong: "type: 'text', name",
      names: '/items',
    },
    {
      fault: 'a workbook with an unescaped quote',
      file: workbook,
      right: 'string(content)',
      wrong: "replace(string(content), 'Nothing in this time range.', 'No \"rows\" here.')",
      names: 'JSON',
    },
    {
      fault: 'a parameter that the workbook does not have',
      file: workbook,
      right: "name: 'Prices'",
      wrong: "name: 'Price'",
      names: '{Prices}',
    },
    {
      fault: 'a chart of a column that its query does not give',
      file: workbook,
      right: "line: 'Runs'",
      wrong: "line: 'Ticks'",
      names: 'the column Ticks',
    },
    {
      fault: 'a query that is in no file',
      file: workbook,
      right: "loadTextContent('../queries/requests.kql')",
      wrong: "'AppRequests | where Succes'",
      names: "'Succes'",
    },
    {
      fault: 'a file that nothing uses',
      file: workbook,
      right: '../queries/guard-log.kql',
      wrong: '../queries/faults.kql',
      foundIn: `${queries}guard-log.kql`,
      names: 'no alert and no workbook',
    },
  ])('$fault is found, and named', async ({ file, right, wrong, foundIn = file, names }) => {
    const text = readFileSync(`${root}${file}`, 'utf8')
    expect(text).toContain(right)
    writeFileSync(`${folder}/${file}`, text.replace(right, wrong))
    const found = monitoringFaults(`${folder}/`, await deployed(), read)
    expect(messagesIn(found, foundIn)).toContain(names)
  })

  test('without a fault, nothing is found', async () => {
    expect(monitoringFaults(`${folder}/`, await deployed(), read)).toEqual([])
  })

  const messagesIn = (findings: Finding[], where: string) =>
    findings.flatMap(({ file, message }) => (file === where ? [message] : [])).join('\n')

  /** What the two modules give, with all that they can deploy. */
  async function deployed(): Promise<Variant[]> {
    const ids = "param workspaceId = '/workspace'\nparam componentId = '/component'"
    const common = `param location = 'japaneast'\nparam tags = {}\n${ids}`
    const parameters = {
      alerts: `param email = ''\nparam withAvailabilityTest = true\nparam healthUrl = 'https://app/health'
        param clusterId = '/cluster'\nparam namePrefix = 'alert'`,
      workbook: 'param withContainerInsights = true\nparam withCluster = true',
    }
    const texts = new Map<string, string>()
    for (const [name, own] of Object.entries(parameters)) {
      const file = `${folder}/infra/monitoring/${name}.bicepparam`
      writeFileSync(file, `using '${name}.bicep'\n${common}\n${own}\n`)
      texts.set(name, await takeSnapshot(bicep, file))
    }
    return variantsOf(texts)
  }
})
