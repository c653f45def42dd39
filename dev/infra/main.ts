import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findBicep, openBicep } from './bicep/cli.ts'
import { apiVersions } from './bicep/diagnostics.ts'
import { staleParameters } from './bicep/parameters.ts'
import { snapshotFile, takeSnapshots } from './bicep/snapshots.ts'
import { checks } from './checks.ts'
import { describeFinding } from './finding.ts'

const help = `npm run check:infra: checks what azd up deploys, without Azure

  what Bicep says of infra/; the snapshots in infra/variants/; what this project promises of them;
  ${Object.keys(checks).slice(1).join(', ')}

  --write        writes the snapshots and the tables of parameters in docs/, instead of checking
  --versions     lists the versions of Azure's types that the templates name, the oldest first
  --only <name>  one check: ${Object.keys(checks).join(', ')}
  --root <path>  the folder of the project
  --help         this text

Bicep is looked for on PATH, then where \`az bicep install\` puts it.
`

const withoutBicep =
  'There is no Bicep CLI, so the templates were not compiled, and the committed snapshots not compared with them: ' +
  'az bicep install'

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    versions: { type: 'boolean', default: false },
    only: { type: 'string' },
    root: { type: 'string', default: '.' },
    help: { type: 'boolean', default: false },
  },
})
const root = `${resolve(values.root)}/`

if (values.help) process.stdout.write(help)
else if (values.versions) listVersions()
else process.exitCode = values.write ? await write() : await check(values.only)

/** Runs the checks and tells what they find. @returns the exit code */
async function check(only: string | undefined): Promise<number> {
  const chosen = Object.entries(checks).filter(([name]) => only === undefined || name === only)
  if (chosen.length === 0) {
    process.stderr.write(`✗ --only ${only}: there is no such check. There are ${Object.keys(checks).join(', ')}.\n`)
    return 1
  }
  let faults = 0
  for (const [name, run] of chosen) {
    const findings = await run(root)
    faults += findings.length
    for (const finding of findings) process.stderr.write(`✗ ${describeFinding(finding)}\n`)
    if (findings.length === 0) process.stdout.write(`✓ ${name}\n`)
  }
  if (findBicep(process.env) === undefined) {
    process.stderr.write(`${withoutBicep}\n`)
    // A person may do without; a change must not pass unchecked.
    if (process.env.CI) faults += 1
  }
  return faults > 0 ? 1 : 0
}

/** Writes the snapshots of all variants, and the tables of parameters. @returns the exit code */
async function write(): Promise<number> {
  const path = findBicep(process.env)
  if (path === undefined) {
    process.stderr.write(`✗ ${withoutBicep}\n`)
    return 1
  }
  const bicep = await openBicep(path)
  try {
    for (const [name, text] of await takeSnapshots(bicep, root)) {
      writeFileSync(root + snapshotFile(name), text)
      process.stdout.write(`Wrote ${snapshotFile(name)}.\n`)
    }
    const { stale, findings } = await staleParameters(bicep, root)
    for (const { file, text } of stale) {
      writeFileSync(root + file, text)
      process.stdout.write(`Wrote the table of parameters of ${file}.\n`)
    }
    for (const finding of findings) process.stderr.write(`✗ ${describeFinding(finding)}\n`)
    return findings.length > 0 ? 1 : 0
  } catch (error) {
    process.stderr.write(`✗ ${(error as Error).message}\n`)
    return 1
  } finally {
    bicep.dispose()
  }
}

/** Tells how old the versions are. That is no fault, since it would become one without a change of ours. */
function listVersions(): void {
  const named = new Set(apiVersions(root).map(({ type, version }) => `${version}  ${type}`))
  process.stdout.write(`${[...named].sort().join('\n')}\n`)
}
