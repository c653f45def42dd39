import { readdirSync, readFileSync } from 'node:fs'
import type { Bicep } from 'bicep-node'
import type { Finding } from '../finding.ts'

/** A resource that a deployment would write, as Azure Resource Manager would get it. */
export interface Resource {
  id: string
  type: string
  name: string
  apiVersion: string
  tags?: Record<string, string>
  properties?: Record<string, unknown>
  [field: string]: unknown
}

/** What a deployment would do: values that only Azure knows are expressions, `[reference(..)]`. */
export interface Snapshot {
  predictedResources: Resource[]
  diagnostics: unknown[]
  outputs: Record<string, unknown>
}

/** A way to deploy: a file of parameters in infra/variants/, and what it gives. */
export interface Variant {
  name: string
  snapshot: Snapshot
}

// No real ones: the names of resources are made from them, and a snapshot must not depend on who takes it.
const metadata = {
  tenantId: '22222222-2222-4222-8222-222222222222',
  subscriptionId: '11111111-1111-4111-8111-111111111111',
  location: 'japaneast',
  deploymentName: 'check',
}

/** The id of the subscription that the snapshots deploy to. */
export const { subscriptionId } = metadata

const folder = 'infra/variants/'
const parameters = '.bicepparam'

/** The committed snapshot of a variant, from the project's root. */
export const snapshotFile = (name: string): string => `${folder}${name}.snapshot.json`

/** The names of the variants, which are the files of parameters in infra/variants/. */
export const variantNames = (root: string): string[] =>
  readdirSync(root + folder)
    .filter((file) => file.endsWith(parameters))
    .map((file) => file.slice(0, -parameters.length))
    .sort()

/** The snapshot of a variant as text, such as it is committed. @throws Error when its templates have errors */
export async function takeSnapshot(bicep: Bicep, path: string): Promise<string> {
  const { snapshot } = await bicep.getSnapshot({ path, metadata })
  const { outputs, ...rest } = JSON.parse(snapshot) as Snapshot
  // Bicep writes the outputs in an order of its own, which changes whenever one is added.
  const sorted = Object.fromEntries(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `${JSON.stringify({ ...rest, outputs: sorted }, undefined, 2)}\n`
}

/** Takes the snapshots of all variants, as text by their names. */
export async function takeSnapshots(bicep: Bicep, root: string): Promise<Map<string, string>> {
  const taken = new Map<string, string>()
  for (const name of variantNames(root)) {
    taken.set(name, await takeSnapshot(bicep, `${root}${folder}${name}${parameters}`))
  }
  return taken
}

/** Reads the committed snapshots, as text by their names. One that is not there is left out. */
export function readSnapshots(root: string): Map<string, string> {
  const present = new Set(readdirSync(root + folder))
  return new Map(
    variantNames(root)
      .filter((name) => present.has(`${name}.snapshot.json`))
      .map((name) => [name, readFileSync(root + snapshotFile(name), 'utf8')]),
  )
}

/** The variants that snapshots as text are of. */
export const variantsOf = (texts: Map<string, string>): Variant[] =>
  [...texts].map(([name, text]) => ({ name, snapshot: JSON.parse(text) as Snapshot }))

/** The committed snapshots that are not what the templates give now. */
export function staleSnapshots(root: string, taken: Map<string, string>): Finding[] {
  const committed = readSnapshots(root)
  const orphans = readdirSync(root + folder)
    .filter((file) => file.endsWith('.snapshot.json') && !taken.has(file.replace('.snapshot.json', '')))
    .map((file) => ({ file: folder + file, message: 'there is no such variant: delete it' }))
  const stale = [...taken].flatMap(([name, text]): Finding[] => {
    const was = committed.get(name)
    if (was === text) return []
    if (was === undefined) return [{ file: snapshotFile(name), message: `it is missing: ${write}` }]
    return [{ file: snapshotFile(name), ...firstDifference(text.split('\n'), was.split('\n')) }]
  })
  return [...stale, ...orphans]
}

/** The first line that differs, from shortly before the place where it does. */
function firstDifference(now: string[], before: string[]): { line: number; message: string } {
  const index = now.findIndex((line, at) => line !== before[at])
  const [given = '', had = ''] = [now[index], before[index]]
  const column = [...given].findIndex((character, at) => character !== had[at])
  const says = (line: string) => line.slice(Math.max(0, column - 60), column + 60).trim()
  return { line: index + 1, message: `the templates give \`${says(given)}\` where it has \`${says(had)}\`: ${write}` }
}

const write = 'look whether that is meant, then npm run check:infra -- --write'
