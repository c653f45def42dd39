import { z } from 'zod'

/** Who put a workload to zero, and so what wakes it: the project's schedule wakes `project` only. */
export type Scope = 'workload' | 'project'

/** What a sleeping workload was, and why it sleeps. Written on the workload itself; times are ISO 8601 in UTC. */
export interface SleepRecord {
  originalReplicas: number
  reason: string
  scaledAt: string
  scaledBy: string
  scheduledScaleUp?: string | undefined
  scope: Scope
}

/** All that we write on objects of others begins with it. */
export const annotationPrefix = 'aks-scale-to-zero/'

/** The annotation that holds each field of the record. They are the product's public format. */
export const recordAnnotations = {
  originalReplicas: `${annotationPrefix}original-replicas`,
  reason: `${annotationPrefix}reason`,
  scaledAt: `${annotationPrefix}scaled-at`,
  scaledBy: `${annotationPrefix}scaled-by`,
  scheduledScaleUp: `${annotationPrefix}scheduled-scale-up`,
  scope: `${annotationPrefix}scope`,
} as const satisfies Record<keyof SleepRecord, string>

/** The label that a workload carries while it sleeps, so that `-l` finds the sleepers on the server. */
export const asleepLabel = { key: `${annotationPrefix}asleep`, value: 'true' } as const

/** Selects the sleepers, as in `kubectl get -l`. */
export const asleepSelector = `${asleepLabel.key}=${asleepLabel.value}`

// Only the count is indispensable: a person who edits the rest must not make the workload impossible to wake.
const Annotations = z.object({
  [recordAnnotations.originalReplicas]: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number),
  [recordAnnotations.reason]: z.string().catch(''),
  [recordAnnotations.scaledAt]: z.iso.datetime({ offset: true }).catch(''),
  [recordAnnotations.scaledBy]: z.string().catch(''),
  [recordAnnotations.scheduledScaleUp]: z.iso.datetime({ offset: true }).optional().catch(undefined),
  [recordAnnotations.scope]: z.enum(['workload', 'project']).catch('workload'),
})

/** The record among a workload's annotations; undefined when there is none from which its replicas can be restored. */
export function readRecord(annotations: Record<string, string> | undefined): SleepRecord | undefined {
  const parsed = Annotations.safeParse(annotations)
  if (!parsed.success) return undefined
  const { data } = parsed
  return {
    originalReplicas: data[recordAnnotations.originalReplicas],
    reason: data[recordAnnotations.reason],
    scaledAt: data[recordAnnotations.scaledAt],
    scaledBy: data[recordAnnotations.scaledBy],
    scheduledScaleUp: data[recordAnnotations.scheduledScaleUp],
    scope: data[recordAnnotations.scope],
  }
}

/** Every annotation of ours with the value it has under this record: undefined means that it must not be there. */
export function writeRecord(record: SleepRecord | undefined): Record<string, string | undefined> {
  return {
    [recordAnnotations.originalReplicas]: record?.originalReplicas.toString(),
    [recordAnnotations.reason]: record?.reason,
    [recordAnnotations.scaledAt]: record?.scaledAt,
    [recordAnnotations.scaledBy]: record?.scaledBy,
    [recordAnnotations.scheduledScaleUp]: record?.scheduledScaleUp,
    [recordAnnotations.scope]: record?.scope,
  }
}
