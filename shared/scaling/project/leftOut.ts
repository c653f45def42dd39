import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { exclusionOf } from '../workload/refusals/exclusion.ts'
import { irreversible, losesVolumes } from '../workload/refusals/irreversible.ts'
import type { Project } from './project.ts'

/** Why a scale-down of its project leaves a workload as it is. */
export interface LeftOut {
  rule: 'excluded' | 'namespace-excluded' | 'controlled' | 'irreversible' | 'paired'
  /** The cause, for the summary of a sweep, e.g. `managed by Kafka my-kafka`. */
  why: string
  /** The step that a person can take, e.g. `remove the annotation`. */
  remedy: string
}

/** Whether a workload can be put to zero by itself. The other kinds sleep with their project only. */
export const sleepsByName = ({ kind }: WorkloadRef): boolean => kind === 'Deployment'

/** The settings of a project that leave workloads out, and the time that it is. */
export interface LeavingOut {
  project: Pick<Project, 'namespaces' | 'zone'>
  now: Date
}

/**
 * The first rule that leaves a workload out of the scale-downs of its project; undefined when they put it to zero. A
 * sweep acts on this value, and the explanation of a node that stays is made from it. The rules of its partners count
 * for it as well, since what happens to one of a pair happens to the other.
 */
export function leftOut(workload: Workload, partners: Workload[], circumstances: LeavingOut): LeftOut | undefined {
  const own = ownRule(workload, circumstances)
  if (own !== undefined) return own
  for (const partner of partners) {
    const isTarget = workload.scaleTarget !== undefined
    // A pause at zero scales the target whatever it has by then, and its volumes go with its Pods.
    const lost = isTarget && workload.desiredReplicas !== 0 ? losesVolumes(partner) : undefined
    const shared = ownRule(partner, circumstances) ?? lost
    const { kind, name } = partner.ref
    const pair = isTarget ? `it scales ${kind} ${name}` : `${kind} ${name} scales it`
    if (shared !== undefined) return { rule: 'paired', why: `${pair}: ${shared.why}`, remedy: shared.remedy }
  }
  return undefined
}

function ownRule(workload: Workload, { project: { namespaces, zone }, now }: LeavingOut): LeftOut | undefined {
  const { ref, annotations, controlledBy } = workload
  const own = exclusionOf(annotations, { now, zone })
  if (own !== undefined) {
    const orByName = sleepsByName(ref) ? ', or put it to zero by name' : ''
    return { rule: 'excluded', why: own.why, remedy: `remove the annotation${orByName}` }
  }
  const namespace = namespaces.find(({ name }) => name === ref.namespace)
  const shared = exclusionOf(namespace?.annotations, { now, zone })
  if (shared !== undefined) return { rule: 'namespace-excluded', why: shared.why, remedy: 'remove the annotation' }
  // Its controller would set it back, so the controller's own object has to be put to zero.
  if (controlledBy !== undefined) {
    return { rule: 'controlled', why: `managed by ${controlledBy}`, remedy: 'put that to zero' }
  }
  const lasting = irreversible(workload)
  return lasting && { rule: 'irreversible', ...lasting }
}

/** The same as a sentence whose subject is the workload, e.g. `it is managed by Kafka my-kafka, which would ...`. */
export function describeLeftOut({ rule, why, remedy }: LeftOut, { namespace }: WorkloadRef): string {
  const because = {
    excluded: `it is left out, as its ${why}`,
    'namespace-excluded': `namespace ${namespace} is left out, as its ${why}`,
    controlled: `it is ${why}, which would set it back`,
    irreversible: `it is left out, as ${why}`,
    paired: `it is left out, as ${why}`,
  }
  return `${because[rule]}; ${remedy}`
}
