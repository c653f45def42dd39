import { kedaPaused } from '../../cluster/kedaPause.ts'
import { kinds } from '../../cluster/kinds.ts'
import type { Workload } from '../../cluster/workload.ts'
import { canComeBack, maxReplicas } from '../record/limits.ts'
import { annotationPrefix } from '../record/record.ts'
import { quoted } from '../record/written.ts'

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

/** Whether Kubernetes deletes its volumes with its Pods. */
export const isVolatile = ({ claimRetention }: Workload): boolean => claimRetention?.whenScaled === 'Delete'

/** A restore would answer success on empty volumes. */
export function losesVolumes(workload: Workload): Irreversible | undefined {
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
  const couldBe = (least: number) => `and only a whole number from ${least} to ${maxReplicas} could be brought back`
  if (key === '') {
    return {
      why: `it has ${desiredReplicas} replicas, ${couldBe(1)}`,
      remedy: 'give it fewer replicas, or put it to zero yourself',
    }
  }
  return {
    why: `its ${key} is ${quoted(annotations?.[key])}, ${couldBe(2)}`,
    remedy: `correct the annotation, or write ${kedaPaused}: "true" in its place, which stops KEDA where it is`,
  }
}
