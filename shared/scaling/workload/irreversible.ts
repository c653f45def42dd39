import { kinds } from '../cluster/kinds.ts'
import type { Workload } from '../cluster/workload.ts'
import { canComeBack, maxReplicas } from './limits.ts'
import { quoted } from './quoted.ts'

/** Why a workload is never put to zero, and the step that a person can take. */
export interface Irreversible {
  why: string
  remedy: string
}

/** Whether zero could not be undone; undefined for a workload that can be brought back as it is. */
export const irreversible = (workload: Workload): Irreversible | undefined => uncountable(workload)

function uncountable({ ref, annotations, desiredReplicas }: Workload): Irreversible | undefined {
  if (desiredReplicas === 0 || canComeBack(desiredReplicas)) return undefined
  const dial = kinds[ref.kind].dial(0)
  const [key = ''] = 'annotations' in dial ? Object.keys(dial.annotations) : []
  const found = key === '' ? `it has ${desiredReplicas} replicas` : `its ${key} is ${quoted(annotations?.[key])}`
  return {
    why: `${found}, and only a whole number from 1 to ${maxReplicas} could be brought back`,
    remedy: key === '' ? 'give it fewer replicas, or put it to zero yourself' : 'correct the annotation',
  }
}
