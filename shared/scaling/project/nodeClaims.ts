import { hasLabels } from '../cluster/labelSelector.ts'
import type { Namespace } from '../cluster/namespace.ts'
import { agentPoolLabel, type ClusterNode, karpenterPoolLabel } from '../cluster/node.ts'
import type { Fault } from '../observation.ts'
import { quoted } from '../workload/record/written.ts'
import { nodeAnnotations } from './keys.ts'

/** The nodes that somebody says are a project's: those of a pool, otherwise those with these labels. */
export interface NodeClaim {
  nodePool?: string | undefined
  nodeSelector?: Record<string, string> | undefined
}

/** What a namespace has claimed, as far as it was given. */
export interface Claimed extends NodeClaim {
  faults: Fault[]
}

/**
 * The nodes that namespaces claim for themselves. `PROJECTS` comes before all of them, since an operator writes it. Among
 * namespaces the oldest comes first, by the time of its creation, which only the API server writes, and then by its name:
 * so every host decides alike, and a new namespace takes nothing from an older one.
 */
export interface NodeClaims {
  /** @param namespace the name of a namespace that is a project by its label */
  of(namespace: string): Claimed
  /** Whether a node belongs to the system or to a claim before that of this namespace; to any, where that has none. */
  isTaken(namespace: string, node: ClusterNode): boolean
}

/** The nodes of AKS itself. Everybody's Pods may be on them. */
const ofSystem: NodeClaim = { nodeSelector: { 'kubernetes.azure.com/mode': 'system' } }

/** Reads the claims of namespaces that are projects by their label, and gives each node once. */
export function readNodeClaims(settings: NodeClaim[], namespaces: Namespace[]): NodeClaims {
  const given: NodeClaim[] = [ofSystem, ...settings.filter(isClaim)]
  const pools = new Set(given.flatMap(({ nodePool }) => nodePool ?? []))
  const ranks = new Map<string, number>()
  const claimed = new Map<string, Claimed>()
  for (const { name, annotations } of namespaces.toSorted(byAge)) {
    const claim = readClaim(annotations)
    if (claim.faults.length === 0 && isClaim(claim)) {
      const { nodePool } = claim
      const isGiven = pools.has(nodePool ?? '') || given.some((one) => overlap(one, claim) || overlap(claim, one))
      if (isGiven) claim.faults.push(whyRefused(claim, annotations))
      else {
        ranks.set(name, given.push(claim) - 1)
        if (nodePool !== undefined) pools.add(nodePool)
      }
    }
    claimed.set(name, claim.faults.length === 0 ? claim : { faults: claim.faults })
  }
  const nobody = -1
  const owners = new Map<ClusterNode, number>()
  const ownerOf = (node: ClusterNode) => {
    const known = owners.get(node) ?? given.findIndex((claim) => isClaimed(claim, node))
    owners.set(node, known)
    return known
  }
  return {
    of: (namespace) => claimed.get(namespace) ?? { faults: [] },
    isTaken: (namespace, node) => ownerOf(node) !== (ranks.get(namespace) ?? nobody),
  }
}

/** Whether a claim has a node: by its pool, otherwise by its labels. */
export const isClaimed = (
  { nodePool, nodeSelector = {} }: NodeClaim,
  { labels }: Pick<ClusterNode, 'labels'>,
): boolean =>
  nodePool === undefined
    ? hasLabels(labels, nodeSelector)
    : (labels[agentPoolLabel] ?? labels[karpenterPoolLabel]) === nodePool || labels[karpenterPoolLabel] === nodePool

const isClaim = ({ nodePool, nodeSelector = {} }: NodeClaim) =>
  nodePool !== undefined || Object.keys(nodeSelector).length > 0

const byAge = (a: Namespace, b: Namespace): number => compare(a.createdAt, b.createdAt) || compare(a.name, b.name)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether two selectors name the same labels with the same values, wherever both name them, and at least one. */
function overlap({ nodePool, nodeSelector: a = {} }: NodeClaim, { nodeSelector: b = {} }: NodeClaim): boolean {
  if (nodePool !== undefined) return [agentPoolLabel, karpenterPoolLabel].some((key) => b[key] === nodePool)
  const common = Object.keys(a).filter((key) => b[key] !== undefined)
  return common.length > 0 && common.every((key) => a[key] === b[key])
}

const poolName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const labelKey = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/
const labelValue = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/
const longestSelector = 1024
const mostLabels = 10

function readClaim(annotations: Record<string, string>): Claimed {
  const { nodePool: poolKey, nodeSelector: selectorKey } = nodeAnnotations
  const [nodePool, selector] = [annotations[poolKey]?.trim(), annotations[selectorKey]]
  const faults: Fault[] = []
  if (nodePool !== undefined && !poolName.test(nodePool)) {
    faults.push({ key: poolKey, message: `${poolKey} is ${quoted(nodePool)}, which is no name of a node pool` })
  }
  const nodeSelector = selector === undefined ? undefined : readSelector(selector)
  if (selector !== undefined && nodeSelector === undefined) {
    const form = `write at most ${mostLabels} labels as "key=value,key=value", in 1 KiB`
    faults.push({ key: selectorKey, message: `${selectorKey} is ${quoted(selector)}, which cannot be read: ${form}` })
  }
  return { nodePool, nodeSelector, faults }
}

function readSelector(text: string): Record<string, string> | undefined {
  if (text.length > longestSelector) return undefined
  const parts = text.split(',').map((part) => part.split('=').map((one) => one.trim()))
  const isUsable = parts.every(
    ([key = '', value, ...more]) =>
      labelKey.test(key) && value !== undefined && labelValue.test(value) && more.length === 0,
  )
  const keys = new Set(parts.map(([key]) => key))
  return isUsable && keys.size === parts.length && parts.length <= mostLabels ? Object.fromEntries(parts) : undefined
}

/** It does not say whose they are: a claim must not be a way to learn of others. */
function whyRefused({ nodePool }: NodeClaim, annotations: Record<string, string>): Fault {
  const key = nodePool === undefined ? nodeAnnotations.nodeSelector : nodeAnnotations.nodePool
  return {
    key,
    message:
      `${key} is ${quoted(annotations[key])}, but these nodes are the system's or belong to another project already: ` +
      'ask whoever operates the cluster to name them in PROJECTS',
  }
}
