import { kedaPaused, kedaPausedReplicas } from '../cluster/kedaPause.ts'
import { describeWorkload, type Workload, type WorkloadRef } from '../cluster/workload.ts'
import type { Fault } from '../observation.ts'
import { readRecord, recordAnnotations } from '../workload/record/record.ts'
import type { History } from './history/history.ts'

/** Whether a workload is at zero and does not say what it had before, as after a write of the whole object. */
export const isWithoutRecord = (workload: Workload): boolean =>
  workload.desiredReplicas === 0 && readRecord(workload) === undefined

/**
 * The faults of workloads that this project had put to zero, and whose record is gone: with the count that the history has,
 * and how to bring it back. Nothing does so by itself, as whoever may edit the home namespace may edit the history.
 * @param atZero those that are at zero without a record
 */
export const faultsOfWiped = (atZero: WorkloadRef[], { asleep }: Pick<History, 'asleep'>): Fault[] =>
  atZero.flatMap((ref) => {
    const replicas = asleep.get(describeWorkload(ref))
    if (replicas === undefined) return []
    const message = `${describeWorkload(ref)} stays asleep: its record is gone. It had ${replicas} replicas: ${remedy(ref, replicas)}`
    return { key: recordAnnotations.originalReplicas, message }
  })

/** The request that sets the replicas again, for each kind. */
function remedy({ kind, namespace, name }: WorkloadRef, replicas: number): string {
  const object = `${kind.toLowerCase()} ${name} -n ${namespace}`
  switch (kind) {
    case 'Deployment':
      return `POST /api/v1/deployments/${namespace}/${name}/scale-up with replicas ${replicas} brings it back`
    case 'StatefulSet':
      return `kubectl scale ${object} --replicas=${replicas}`
    case 'CronJob':
      return `kubectl patch ${object} -p '{"spec":{"suspend":false}}'`
    case 'ScaledObject':
      return `kubectl annotate ${object} ${kedaPausedReplicas}-`
    case 'ScaledJob':
      return `kubectl annotate ${object} ${kedaPaused}-`
  }
}
