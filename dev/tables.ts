import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generatedPaths, render, TableError } from './tables/index.ts'

const help = `node dev/tables.ts: writes the tables of the documents, and the chart, that follow the code

  the settings            from shared/config.ts
  the RBAC audit          from scale-api/manifests/rbac.yaml
  why a node stays        from the reasons in shared/scaling/
  the requests            from the routes of shared/api/
  the record              from its annotations in shared/scaling/
  the telemetry           from the catalogue in shared/telemetry/
  alerts and queries      from infra/monitoring/ and infra/queries/
  parameters of azd up    from infra/main.bicepparam; npm run check:infra -- --write takes their meanings from Bicep
  packages                from package.json
  the Helm chart          from scale-api/manifests/, shared/config.ts and dev/chart/

It writes names, defaults and rights, and keeps meanings, remedies and translations. When one of these is missing, it
says which one and where to write it.

  --check   writes nothing; exit code 1 when a document is stale, with its name
  --help    this text
`

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')

/** Writes the documents that have changed, or with `check` only names them. @returns the exit code */
function run(check: boolean): number {
  const faults: string[] = []
  for (const path of generatedPaths) {
    try {
      const text = render(path, read)
      if (text === read(path)) continue
      if (check) faults.push(`${path} is stale: run npm run fix.`)
      else {
        writeFileSync(root + path, text)
        process.stdout.write(`Wrote ${path}.\n`)
      }
    } catch (error) {
      if (!(error instanceof TableError)) throw error
      faults.push(error.message)
    }
  }
  for (const fault of faults) process.stderr.write(`✗ ${fault}\n`)
  return faults.length > 0 ? 1 : 0
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, help: { type: 'boolean' } } })
if (values.help) process.stdout.write(help)
else process.exitCode = run(values.check)
