import { globSync, readFileSync } from 'node:fs'
import type { Finding } from '../finding.ts'
import { azLinesOf } from './lines.ts'
import { faultOf, readAzTable } from './table.ts'

/** Everything in which we run az, or tell a person to. */
const places = [
  'README.md',
  'SECURITY.md',
  'docs/*.md',
  'infra/**/*.{ts,mjs,bicep,yaml}',
  'shared/**/*.ts',
  'scale-api/manifests/*.yaml',
  '.github/**/*.{yml,yaml}',
]

/** Compares each az command of hooks, documents, messages and workflows with those that the Azure CLI has. */
export async function checkAzCommands(root: string): Promise<Finding[]> {
  const table = readAzTable()
  return globSync(places, { cwd: root })
    .toSorted()
    .flatMap((file) =>
      azLinesOf(file, readFileSync(root + file, 'utf8')).flatMap((found) => {
        const fault = faultOf(table, found)
        return fault === undefined ? [] : [{ file, line: found.line, message: `${fault}: az ${found.words.join(' ')}` }]
      }),
    )
}
