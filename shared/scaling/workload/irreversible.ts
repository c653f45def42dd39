import { kinds } from '../cluster/kinds.ts'
import type { Workload } from '../cluster/workload.ts'
import { canComeBack, maxReplicas } from './limits.ts'
import { annotationPrefix } from './record.ts'
import { quoted } from './written.ts'

/** The annotation by which a person allows that sleeping destroys what the workload keeps. Its value is `true`. */
export const allowDataLoss = `${annotationPrefix}allow-data-loss`

/** Why a workload is never put to zero, and the step that a person can take. */
export interface Irreversible {
  why: string
  remedy: string
}

/** Whether zero could not be undone; undefined for a workload that can be brought back as it is. */
export const irreversible = (workload: Workload): Irreversible | undefined =>
  workload.desiredReplicas === 0 ? undefined : (uncountable(workload) ?? losesVolumes(workload))

/**
 * The same for a ScaledObject by what it scales: a pause at zero scales its target, whose volumes go then.
 * @param others workloads among which its target may be
 */
export function irreversibleTarget({ ref, scaleTarget }: Workload, others: Workload[]): Irreversible | undefined {
  if (scaleTarget === undefined) return undefined
  const { kind, name } = scaleTarget
  const isTarget = (one: Workload) =>
    one.ref.kind === kind && one.ref.name === name && one.ref.namespace === ref.namespace
  const lost = others
    .filter(isTarget)
    .flatMap((target) => losesVolumes(target) ?? [])
    .at(0)
  return lost && { ...lost, why: `it scales ${kind} ${name}: ${lost.why}` }
}

/** Whether Kubernetes deletes its volumes with its Pods. */
export const isVolatile = ({ claimRetention }: Workload): boolean => claimRetention?.whenScaled === 'Delete'

/** A restore would answer success on empty volumes. */
function losesVolumes(workload: Workload): Irreversible | undefined {
  if (!isVolatile(workload) || workload.annotations?.[allowDataLoss] === 'true') return undefined
  return {
    why: 'its persistentVolumeClaimRetentionPolicy.whenScaled is "Delete", so its volumes would be deleted',
    remedy: `set whenScaled to "Retain", or annotate it ${allowDataLoss}: "true"`,
  }
}

function uncountable({ ref, annotations, desiredReplicas }: Workload): Irreversible | undefined {
  if (canComeBack(desiredReplicas)) return undefined
  const dial = kinds[ref.kind].dial(0)
  const [key = ''] = 'annotations' in dial ? Object.keys(dial.annotations) : []
  const found = key === '' ? `it has ${desiredReplicas} replicas` : `its ${key} is ${quoted(annotations?.[key])}`
  return {
    why: `${found}, and only a whole number from 1 to ${maxReplicas} could be brought back`,
    remedy: key === '' ? 'give it fewer replicas, or put it to zero yourself' : 'correct the annotation',
  }
}
