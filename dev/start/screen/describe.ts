import type { V1Node, V1Pod } from '@kubernetes/client-node'
import { agentPoolLabel } from '../../../shared/scaling/index.ts'

/** Describes a pod in a live line: where it is and how far it has come. */
export function describePod({ metadata, spec, status }: V1Pod): string {
  const name = `pod   ${metadata?.namespace}/${metadata?.name}`
  if (metadata?.deletionTimestamp) return `${name}  terminating`
  const waiting = spec?.nodeName ? `on ${spec.nodeName}` : 'waiting for a node'
  const ready = isTrue(status?.conditions, 'Ready') ? ', ready' : ''
  return `${name}  ${status?.phase?.toLowerCase() ?? 'created'} ${waiting}${ready}`
}

/** Describes a node in a live line. */
export function describeNode({ metadata, spec, status }: V1Node): string {
  const pool = metadata?.labels?.[agentPoolLabel]
  const name = `node  ${metadata?.name}${pool ? ` (pool ${pool})` : ''}`
  if (metadata?.deletionTimestamp) return `${name}  going away`
  const cordoned = spec?.unschedulable ? ', takes no more pods' : ''
  return `${name}  ${isTrue(status?.conditions, 'Ready') ? 'ready' : 'not ready'}${cordoned}`
}

function isTrue(conditions: { type: string; status: string }[] | undefined, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
}
