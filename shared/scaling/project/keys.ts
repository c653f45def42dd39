import type { Marks } from '../workload/keys.ts'
import { annotationPrefix } from '../workload/record/record.ts'
import { exclusionAnnotations } from '../workload/refusals/exclusion.ts'
import { exceptionAnnotations, traceAnnotations } from './exceptions.ts'
import { memoryAnnotations } from './memory.ts'

/** The annotations by which a namespace describes its schedule itself. */
export const scheduleAnnotations = {
  scaleDown: `${annotationPrefix}scale-down`,
  scaleUp: `${annotationPrefix}scale-up`,
  timeZone: `${annotationPrefix}time-zone`,
} as const

/** The annotations by which a namespace that is a project by its label says which nodes are its own. */
export const nodeAnnotations = {
  nodePool: `${annotationPrefix}node-pool`,
  nodeSelector: `${annotationPrefix}node-selector`,
} as const

/** A namespace with this label is a project of its own. */
export const managedLabel = { key: `${annotationPrefix}managed`, value: 'true' } as const

/** The NetworkPolicy of the in-cluster host lets in the namespaces with this label. */
const clientLabel = `${annotationPrefix}client`

/** The keys with our prefix that are read on a namespace. Those of the schedule, of its
 * exceptions and of the memory only on a home. */
export const namespaceKeys = {
  annotations: [
    ...Object.values(scheduleAnnotations),
    ...Object.values(nodeAnnotations),
    ...Object.values(exceptionAnnotations),
    ...traceAnnotations,
    ...Object.values(exclusionAnnotations),
    ...Object.values(memoryAnnotations),
  ],
  labels: [managedLabel.key, clientLabel],
} satisfies Marks<string[]>
