import { hasLabels } from '../cluster/labelSelector.ts'
import type { Namespace } from '../cluster/namespace.ts'
import type { Fault } from '../observation.ts'
import type { NamespaceMatch, ProjectSettings } from './settings.ts'

/** A project of the settings with the namespaces that it has in this cluster. */
export interface MatchedSettings extends ProjectSettings {
  faults: Fault[]
  /** Why the schedule must not put it to zero; undefined when it may. */
  keptAwake: string | undefined
  /** Whether its namespace may say which nodes are its own, as the settings do not. */
  claimsNodes: boolean
}

/** Whether a namespace is one of an entry that finds its namespaces in the cluster. */
export const matches = (match: NamespaceMatch, { name, labels }: Pick<Namespace, 'name' | 'labels'>): boolean =>
  hasLabels(labels, match.selector ?? {}) && (match.pattern === undefined || matchesPattern(match.pattern, name))

/** Whether a name is of a pattern. It takes time in proportion to their lengths, whatever the pattern is. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return name === pattern
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let from = first.length
  for (const part of rest) {
    const at = name.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return from <= name.length - last.length
}

/** A namespace that an entry has, and the other entries that match it as well. */
interface Ownership {
  namespace: string
  owner: string
  others: string[]
}

/**
 * The projects of the settings, where entries that find their namespaces have them. A namespace belongs to one project:
 * that which names it or has its name, otherwise the first whose entry matches. Where another entry matches it as well,
 * it is told with both names. Between two that match nobody knows which schedule was meant, so it stays awake.
 * @param namespaces without those that are protected
 */
export function matchSettings(settings: ProjectSettings[], namespaces: Namespace[]): MatchedSettings[] {
  const unmatched = { faults: [], keptAwake: undefined, claimsNodes: false }
  if (settings.every(({ match }) => match === undefined)) return settings.map((entry) => ({ ...entry, ...unmatched }))
  const taken = new Map(
    settings
      .filter(({ match }) => match === undefined || match.isOneProject)
      .flatMap(({ name, namespaces: own }) => [name, ...own].map((one) => [one, name])),
  )
  const ownerships = namespaces.flatMap((namespace): Ownership[] => {
    const matching = settings.flatMap(({ match, name }) => (match && matches(match, namespace) ? name : []))
    const owner = taken.get(namespace.name) ?? matching[0]
    if (owner === undefined) return []
    return [{ namespace: namespace.name, owner, others: matching.filter((name) => name !== owner) }]
  })
  const byOwner = Map.groupBy(ownerships, ({ owner }) => owner)
  const byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]))
  return settings.flatMap((entry): MatchedSettings[] => {
    const { match, name } = entry
    const owned = byOwner.get(name) ?? []
    if (match === undefined) return [{ ...entry, ...unmatched, faults: owned.flatMap(contested) }]
    const own = owned.filter(({ namespace }) => matches(match, byName.get(namespace) as Namespace))
    const claimsNodes = !match.isOneProject && entry.nodePool === undefined && entry.nodeSelector === undefined
    const projectOf = (project: string, members: Ownership[]): MatchedSettings => {
      const faults = [...faultsOfNumber(name, match, own.length), ...members.flatMap(contested)]
      const keptAwake = faults.length === 0 ? undefined : `${faults[0]?.key} of PROJECTS cannot be understood`
      return {
        ...entry,
        name: project,
        namespaces: members.map((one) => one.namespace),
        faults,
        keptAwake,
        claimsNodes,
      }
    }
    if (match.isOneProject || own.length === 0) return [projectOf(name, own)]
    return own.map((one) => projectOf(one.namespace, [one]))
  })
}

const contested = ({ namespace, owner, others }: Ownership): Fault[] =>
  others.length === 0
    ? []
    : [
        {
          key: 'namespaces',
          message: `namespace ${namespace} is of the entry ${owner} of PROJECTS, and ${others.join(', ')} matches it as well: change one of them`,
        },
      ]

function faultsOfNumber(entry: string, { atMost }: NamespaceMatch, count: number): Fault[] {
  if (count === 0) return [{ key: 'namespaces', message: `no namespace matches the entry ${entry} of PROJECTS` }]
  if (count <= atMost) return []
  const message = `${count} namespaces match the entry ${entry} of PROJECTS, more than its atMost of ${atMost}: raise that, or correct the entry`
  return [{ key: 'atMost', message }]
}

/** The overlaps of entries that can be seen without a cluster, a sentence for each. */
export function faultsOfMatches(settings: ProjectSettings[]): string[] {
  const finding = settings.flatMap(({ name, match }) => (match === undefined ? [] : { name, ...match }))
  const same = finding.flatMap((one, index) =>
    finding
      .slice(0, index)
      .filter((other) => isSame(one, other))
      .map((other) => `${other.name} and ${one.name} match the same namespaces`),
  )
  const named = settings.flatMap(({ name, match, namespaces }) =>
    match === undefined ? [...new Set([name, ...namespaces])].map((namespace) => ({ name, namespace })) : [],
  )
  const matched = finding.flatMap(({ name, pattern, selector }) =>
    // Only the cluster shows the labels.
    pattern === undefined || selector !== undefined
      ? []
      : named
          .filter(({ namespace }) => matchesPattern(pattern, namespace))
          .map((other) => `the pattern of ${name} matches ${other.namespace}, which is of ${other.name}`),
  )
  return [...same, ...matched]
}

const isSame = (a: NamespaceMatch, b: NamespaceMatch): boolean =>
  a.pattern === b.pattern && textOf(a.selector) === textOf(b.selector)

const textOf = (labels: Record<string, string> = {}): string => JSON.stringify(Object.entries(labels).toSorted())
