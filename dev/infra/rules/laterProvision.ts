import { isDeepStrictEqual } from 'node:util'
import type { Resource, Snapshot, Variant } from '../bicep/snapshots.ts'
import type { Finding } from '../finding.ts'

const type = 'Microsoft.ContainerService/managedClusters/agentPools'
const file = 'infra/modules/nodePool.bicep'

/** The pools of a snapshot with their count, by name; undefined where the template says none. */
const countsOf = ({ predictedResources }: Snapshot): Map<string, unknown> =>
  new Map(
    predictedResources
      .filter((resource) => resource.type === type)
      .map(({ name, properties = {} }) => [name.split('/').at(-1) ?? name, properties.count]),
  )

/** A resource without the count of a pool. */
function withoutCount(resource: Resource): Resource {
  if (resource.type !== type) return resource
  const { count: _, ...properties } = resource.properties ?? {}
  return { ...resource, properties }
}

/**
 * A pool begins at zero, and keeps its nodes when the same templates are applied by day: the first provision and a later
 * one differ in the count of the pools alone, and a pool that is added later begins at zero, too.
 */
export function checkLaterProvision(variants: Variant[]): Finding[] {
  const of = (name: string) => variants.find((variant) => variant.name === name)?.snapshot
  const [first, later, added] = [of('default-gpu'), of('default-later'), of('default-gpu-added')]
  const messages: string[] = []
  const expectCounts = (snapshot: Snapshot | undefined, expected: Record<string, unknown>, what: string) => {
    for (const [name, count] of snapshot === undefined ? [] : countsOf(snapshot)) {
      if (count === expected[name]) continue
      messages.push(`${what}, pool ${name} must have ${expected[name] ?? 'no'} count, and has ${count ?? 'none'}`)
    }
  }
  expectCounts(first, { projecta: 0, projectb: 0 }, 'in the first provision')
  expectCounts(later, {}, 'when the pools are there')
  expectCounts(added, { projectb: 0 }, 'when projectb is added later')
  for (const [snapshot, what] of [
    [later, 'a later provision'],
    [added, 'a provision that adds a pool'],
  ] as const) {
    if (first === undefined || snapshot === undefined) continue
    const [before, after] = [first, snapshot].map(({ predictedResources }) => predictedResources.map(withoutCount))
    if (!isDeepStrictEqual(before, after)) messages.push(`${what} differs from the first one in more than the count`)
  }
  return messages.map((message) => ({ file, message }))
}
