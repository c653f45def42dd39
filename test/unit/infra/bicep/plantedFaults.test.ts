import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { functionAppFiles } from '../../../../dev/build/functionApp.ts'
import { describeWithBicep } from './withBicep.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** A fault that somebody could make: a text of a file becomes another one. `told` is what must be said of it, and where. */
interface Planted {
  fault: string
  file: string
  from: string
  to: string
  told: RegExp
}

const pool = 'infra/modules/nodePool.bicep'
const cluster = 'infra/modules/cluster.bicep'
const app = 'infra/modules/functionApp.bicep'

const planted: Planted[] = [
  {
    fault: 'a property that does not exist',
    file: 'infra/modules/storage.bicep',
    from: 'supportsHttpsTrafficOnly: true',
    to: 'supportsHttpsTrafficOnly: true\n    onlyHttps: true',
    told: /^infra\/modules\/storage\.bicep:\d+: BCP037: The property "onlyHttps"/,
  },
  {
    fault: 'a version that does not exist',
    file: 'infra/modules/registry.bicep',
    from: 'Microsoft.ContainerRegistry/registries@2025-11-01',
    to: 'Microsoft.ContainerRegistry/registries@2025-11-02',
    told: /^infra\/modules\/registry\.bicep:\d+: BCP081: .*registries@2025-11-02/,
  },
  {
    fault: 'a preview version',
    file: 'infra/modules/identity.bicep',
    from: 'userAssignedIdentities@2024-11-30',
    to: 'userAssignedIdentities@2025-01-31-preview',
    told: /^infra\/modules\/identity\.bicep:\d+: .*userAssignedIdentities@2025-01-31-preview is a preview version/,
  },
  {
    fault: 'a pool that keeps a node',
    file: pool,
    from: 'minCount: 0',
    to: 'minCount: 1',
    told: /^infra\/modules\/nodePool\.bicep: Node pool projecta keeps at least 1 nodes/,
  },
  {
    fault: 'a pool without the taint of its project',
    file: pool,
    from: 'nodeTaints: [',
    to: 'nodeTaints: true ? [] : [',
    told: /^infra\/modules\/nodePool\.bicep: pool projecta lacks the taint aks-scale-to-zero\/project=project-a/,
  },
  {
    fault: 'a value of the autoscaler that is no string',
    file: cluster,
    from: "'skip-nodes-with-system-pods': 'false'",
    to: "'skip-nodes-with-system-pods': false",
    told: /^infra\/modules\/cluster\.bicep:\d+: BCP036: The property "skip-nodes-with-system-pods"/,
  },
  {
    fault: 'shared keys of the storage account',
    file: 'infra/modules/storage.bicep',
    from: 'allowSharedKeyAccess: false',
    to: 'allowSharedKeyAccess: true',
    told: /^infra\/modules\/storage\.bicep: .*properties\.allowSharedKeyAccess is true and must be false/,
  },
  {
    fault: 'a role that is too wide',
    file: 'infra/modules/registry.bicep',
    from: '  scope: registry\n',
    to: '',
    told: /^infra\/modules\/registry\.bicep: it gives AcrPull on Microsoft\.Resources\/resourceGroups to the nodes/,
  },
  {
    fault: 'a role that is missing',
    file: 'infra/main.bicep',
    from: "module telemetryRights 'modules/telemetryRights.bicep' = {",
    to: "module telemetryRights 'modules/telemetryRights.bicep' = if (isPrivate) {",
    told: /^infra\/modules\/telemetryRights\.bicep: nothing gives Monitoring Metrics Publisher on Microsoft\.Insights\/components/,
  },
  {
    fault: 'a setting with a misspelt name',
    file: app,
    from: 'DRY_RUN:',
    to: 'DRYRUN:',
    told: /^infra\/modules\/functionApp\.bicep: nobody reads the setting DRYRUN/,
  },
  {
    fault: 'a pool that no project has',
    file: 'infra/main.bicep',
    from: 'var projectsSetting = string(map(projectsInUse,',
    to: "var projectsSetting = string(map(filter(projectsInUse, project => project.name != 'project-b'),",
    told: /^infra\/projects\.json: no project has the pool projectb/,
  },
  {
    fault: 'a query with a column that its table does not have',
    file: 'infra/queries/faults.kql',
    from: 'Properties["key"]',
    to: 'Property["key"]',
    told: /^infra\/queries\/faults\.kql:7: KS142: The name 'Property'/,
  },
  {
    fault: 'a query with a keyword as a name',
    file: 'infra/queries/ticks.kql',
    from: 'by Timer =',
    to: 'by project =',
    told: /^infra\/queries\/ticks\.kql:11: KS228: The name 'project'/,
  },
  {
    fault: 'an alert on an event that nobody sends',
    file: 'infra/queries/nodes-held.kql',
    from: '"NodesHeld"',
    to: '"NodesStay"',
    told: /^infra\/queries\/nodes-held\.kql:3: nobody sends the event NodesStay/,
  },
  {
    fault: 'a workbook with an unescaped quote',
    file: 'infra/monitoring/workbook.bicep',
    from: 'string(content)',
    to: "replace(string(content), 'Nothing in this time range.', 'No \"rows\" here.')",
    told: /^infra\/monitoring\/workbook\.bicep: the workbook cannot be read: .*JSON/,
  },
  {
    fault: 'a stale snapshot',
    file: 'infra/variants/default-gpu.snapshot.json',
    from: '"durationHours": 4',
    to: '"durationHours": 5',
    told: /^infra\/variants\/default-gpu\.snapshot\.json:\d+: the templates give/,
  },
  {
    fault: 'a parameter that the documents describe differently',
    file: 'docs/deploy.md',
    from: '| `AKS_TIER` | `Free` | The tier',
    to: '| `AKS_TIER` | `Free` | The colour',
    told: /^docs\/deploy\.md: its table of parameters is not what infra\/main\.bicep says/,
  },
  {
    fault: 'a value of a parameter that the Japanese document does not name',
    file: 'docs/deploy.ja.md',
    from: '`Premium`',
    to: '有料',
    told: /^docs\/deploy\.ja\.md: the table "変数" does not name these values of `AKS_TIER`: `Premium`/,
  },
  {
    fault: 'a file in dist/app that the manifest does not name',
    file: 'dist/app/index.js',
    from: '',
    to: '',
    told: /^dist\/app\/index\.js\.map: azd would upload it/,
  },
]

// All at once, because Bicep takes seconds to start. Each has a line of its own, and one line is enough to fail.
describeWithBicep('npm run check:infra', () => {
  let copy: string
  let lines: string[]
  let code: number

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'planted-'))
    for (const folder of ['infra', 'samples', 'docs']) cpSync(root + folder, join(copy, folder), { recursive: true })
    // One variant shows all of these faults.
    const variants = join(copy, 'infra', 'variants')
    rmSync(variants, { recursive: true })
    for (const file of ['default-gpu.bicepparam', 'default-gpu.snapshot.json']) {
      cpSync(`${root}infra/variants/${file}`, join(variants, file))
    }
    for (const file of [...functionAppFiles, 'index.js.map']) {
      cpSync(`${root}package.json`, join(copy, 'dist', 'app', file))
    }
    for (const { fault, file, from, to } of planted) {
      const text = readFileSync(join(copy, file), 'utf8')
      if (!text.includes(from)) throw new Error(`${fault}: ${file} has no ${from}`)
      writeFileSync(
        join(copy, file),
        text.replace(from, () => to),
      )
    }
    const run = spawn(process.execPath, ['dev/infra/main.ts', '--root', copy], { cwd: root })
    const [told, [exitCode]] = await Promise.all([text(run.stderr), once(run, 'exit')])
    lines = told.split('\n').map((line) => line.replace(/^✗ /, ''))
    code = exitCode
  }, 300_000)
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  test.each(planted)('tells of $fault, by file and cause', ({ told }) => {
    expect(lines).toContainEqual(expect.stringMatching(told))
  })

  test('fails with them', () => {
    expect(code).toBe(1)
  })
})
