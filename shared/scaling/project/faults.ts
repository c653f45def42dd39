import type { Namespace } from '../cluster/namespace.ts'
import { describeWorkload, type Workload } from '../cluster/workload.ts'
import type { Fault } from '../observation.ts'
import { faultOfFlag, unknownKeys, workloadKeys } from '../workload/keys.ts'
import { staleTrucePatch } from '../workload/patch/patch.ts'
import {
  asleepLabel,
  hasAsleepLabel,
  readRecord,
  recordAnnotations,
  recordFaultOf,
  trucesOf,
} from '../workload/record/record.ts'
import { keptTruces } from '../workload/record/truce.ts'
import { faultsOfWoken } from '../workload/record/woken.ts'
import { exclusionAnnotations, faultsOfExclusion } from '../workload/refusals/exclusion.ts'
import { allowDataLoss } from '../workload/refusals/irreversible.ts'
import { exceptionAnnotations, suspensionOf, systemNamespace } from './exceptions.ts'
import { managedLabel, namespaceKeys, nodeAnnotations, scheduleAnnotations } from './keys.ts'

// An object has room for thousands of wrong values, and each fault is a line of the log at each tick.
const mostFaults = 20

/** As many faults as a person reads, and how many more there are. */
function theFirstOf(faults: Fault[]): Fault[] {
  const more = faults.length - mostFaults
  if (more <= 0) return faults
  return [...faults.slice(0, mostFaults), { key: 'faults', message: `and ${more} more` }]
}

/** The faults with the project that they are about, as far as people read them. */
export const named = (project: string, faults: Fault[]): Fault[] => theFirstOf(about(`project ${project}`, faults))

const about = (object: string, faults: Fault[]): Fault[] =>
  faults.map(({ key, message }) => ({ key, message: `${object}: ${message}` }))

/** What is written on a namespace of a project and cannot be used there, but for its schedule and its memory. */
export function faultsOfNamespace(
  { name, annotations, labels }: Namespace,
  { home, claimsNodes }: { home: Namespace; claimsNodes: boolean },
): Fault[] {
  const isHome = name === home.name
  const ofHome = [...Object.values(scheduleAnnotations), ...Object.values(exceptionAnnotations)]
  const elsewhere = ofHome.filter((key) => !isHome && annotations[key] !== undefined)
  const ofNodes = Object.values(nodeAnnotations).filter((key) => !claimsNodes && annotations[key] !== undefined)
  return about(`namespace ${name}`, [
    ...unknownKeys({ annotations, labels }, namespaceKeys, { known: workloadKeys, on: 'workloads' }),
    ...faultOfFlag(labels, managedLabel.key),
    ...elsewhere.map((key) => ({
      key,
      message: `its annotation ${key} is read on ${home.name} only, the home namespace`,
    })),
    ...ofNodes.map((key) => ({
      key,
      message: `nobody reads its annotation ${key}: PROJECTS says which nodes are its own`,
    })),
    ...faultsOfExclusion(annotations),
  ])
}

/**
 * What is written on a namespace that belongs to no project, though somebody means it to: undefined when nothing is. The
 * memory of a project that it once was does not count.
 * @param whyProtected a sentence, when no setting or label makes it a project
 */
export function faultsOfStranger(
  { name, annotations, labels }: Namespace,
  { whyProtected, now }: { whyProtected: string | undefined; now: Date },
): Fault[] | undefined {
  const { key, value } = managedLabel
  const meant = [
    ...Object.values(scheduleAnnotations),
    ...Object.values(nodeAnnotations),
    ...Object.values(exceptionAnnotations),
    ...Object.values(exclusionAnnotations),
  ]
  const unread = whyProtected === undefined ? meant.filter((one) => annotations[one] !== undefined) : []
  const unusable = faultOfFlag(labels, key)
  if (whyProtected !== undefined && labels[key] === value) unusable.push({ key, message: whyProtected })
  const faults = [
    ...unusable,
    ...(name === systemNamespace ? suspensionOf(annotations, now).faults : []),
    ...unknownKeys({ annotations, labels }, namespaceKeys, { known: workloadKeys, on: 'workloads' }),
    ...unread.map((one) => ({
      key: one,
      message: `nobody reads its annotation ${one}: it is no project without the label ${key}=${value}`,
    })),
  ]
  return faults.length === 0 ? undefined : about(`namespace ${name}`, faults)
}

/** What is written on workloads and cannot be used. */
export function faultsOfWorkloads(workloads: Workload[], now: Date): Fault[] {
  return workloads.flatMap((workload) => about(describeWorkload(workload.ref), faultsOfWorkload(workload, now)))
}

function faultsOfWorkload(workload: Workload, now: Date): Fault[] {
  const { annotations, labels } = workload
  return [
    ...unknownKeys({ annotations, labels }, workloadKeys, { known: namespaceKeys, on: 'namespaces' }),
    ...faultOfFlag(labels, asleepLabel.key),
    ...faultsOfExclusion(annotations),
    ...faultOfFlag(annotations, allowDataLoss),
    ...faultsOfWoken(annotations, now),
    ...faultsOfStaleTruce(workload),
    ...(hasAsleepLabel({ labels }) ? faultsOfRecord({ annotations, labels }) : []),
  ]
}

/** The truces of an earlier night that have come back, by which a tool leaves an awake workload alone. */
function faultsOfStaleTruce(workload: Workload): Fault[] {
  if (staleTrucePatch(workload).length === 0) return []
  return keptTruces(workload.annotations, trucesOf(workload)).map((key) => ({
    key,
    message: `its annotation ${key} is of a night that is over, so Flux leaves it alone: restore it, or wait for its next scale-down`,
  }))
}

/** The parts of a sleeper's record that cannot be read, and so do not wake it. */
function faultsOfRecord(carrier: Pick<Workload, 'annotations' | 'labels'>): Fault[] {
  const record = readRecord(carrier)
  // A count that cannot be read is told wherever it keeps a workload asleep.
  if (record === undefined) return []
  const { scheduledScaleUp, scope } = recordAnnotations
  const written = carrier.annotations ?? {}
  const unreadable = [
    ...(written[scheduledScaleUp] !== undefined && record.scheduledScaleUp === undefined ? [scheduledScaleUp] : []),
    ...(['project', 'workload', undefined].includes(written[scope]) ? [] : [scope]),
  ]
  return unreadable.map((key) => ({ key, message: `its annotation ${key} cannot be read` }))
}

/** A sleeper that cannot be woken: which annotation is wrong, and the same as a fault of its project. */
export function faultOfSleeper(workload: Workload): { why: string; fault: Fault } | undefined {
  const why = workload.desiredReplicas === 0 ? recordFaultOf(workload) : undefined
  if (why === undefined) return undefined
  const message = `${describeWorkload(workload.ref)} stays asleep: ${why}`
  return { why, fault: { key: recordAnnotations.originalReplicas, message } }
}
