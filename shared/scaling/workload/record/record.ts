import { z } from 'zod'
import { canComeBack, maxReplicas } from './limits.ts'
import { type Truces, truceFields } from './truce.ts'
import { quoted } from './written.ts'

/** How a workload was put to zero, and so what wakes it: the project's schedule wakes `project` only. */
export type Scope = 'workload' | 'project'

/** What a sleeping workload had, and why it sleeps. Times are ISO 8601 in UTC. */
export interface SleepRecord extends Truces {
  originalReplicas: number
  reason: string
  scaledAt: string
  scaledBy: string
  scheduledScaleUp?: string | undefined
  scope: Scope
}

/** Every key that we write on the objects of others begins with it. */
export const annotationPrefix = 'aks-scale-to-zero/'

/** The annotation that holds each field of the record. They are the product's public format. */
export const recordAnnotations = {
  originalReplicas: `${annotationPrefix}original-replicas`,
  reason: `${annotationPrefix}reason`,
  scaledAt: `${annotationPrefix}scaled-at`,
  scaledBy: `${annotationPrefix}scaled-by`,
  scheduledScaleUp: `${annotationPrefix}scheduled-scale-up`,
  scope: `${annotationPrefix}scope`,
  fluxReconcile: `${annotationPrefix}flux-reconcile`,
  fluxDriftDetection: `${annotationPrefix}flux-drift-detection`,
} as const satisfies Record<keyof SleepRecord, string>

/** The label that a workload carries while it sleeps, so that `-l` finds the sleepers on the server. */
export const asleepLabel = { key: `${annotationPrefix}asleep`, value: 'true' } as const

/** Selects the sleepers, as in `kubectl get -l`. */
export const asleepSelector = `${asleepLabel.key}=${asleepLabel.value}`

/** The value of the label on what is awake again, while the fields that we have written are still ours. */
export const wokenValue = 'false'

/** Selects the sleepers, and with them what is awake and owes its fields. */
export const labelledSelector = asleepLabel.key

/**
 * The fields that are written a second time, as labels with the keys of the annotations: those that waking needs, and
 * the time. `kubectl rollout undo` replaces all annotations of a Deployment by those of an earlier revision, and leaves
 * its labels (kubectl's rollback.go).
 */
const labelledFields = [
  'originalReplicas',
  'scope',
  'scaledAt',
  ...truceFields,
] as const satisfies (keyof SleepRecord)[]

/** An object that can carry the record: a workload, or its metadata. */
interface Carrier {
  annotations: Record<string, string> | undefined
  labels: Record<string, string> | undefined
}

// A record is a claim of whoever wrote it, so no more is obeyed than what a request may ask for.
const count = z
  .string()
  .regex(/^[1-9]\d*$/)
  .transform(Number)
  .refine(canComeBack)
// A person may write a time without seconds.
const time = z.iso.datetime({ offset: true }).or(z.iso.datetime({ offset: true, precision: -1 }))

// Only the count is indispensable: a person who edits the rest must not make the workload impossible to wake.
const Fields = z.object({
  originalReplicas: count,
  reason: z.string().catch(''),
  scaledAt: time.catch(''),
  scaledBy: z.string().catch(''),
  scheduledScaleUp: time.optional().catch(undefined),
  scope: z.enum(['workload', 'project']).catch('workload'),
})

/** Whether this service has put it to sleep. */
export const hasAsleepLabel = ({ labels }: Pick<Carrier, 'labels'>): boolean =>
  labels?.[asleepLabel.key] === asleepLabel.value

/**
 * The record that a workload carries; undefined when there is none from which its replicas can be restored. Annotations
 * without the label belong to an earlier revision, and so do annotations with another time than the labels. In the
 * second case, and when the recorded count is spoilt, the labels are read.
 */
export function readRecord({ annotations, labels }: Carrier): SleepRecord | undefined {
  if (labels === undefined || !hasAsleepLabel({ labels })) return undefined
  const known = lastRead.get(labels)
  if (known !== undefined && known.annotations === annotations) return known.record
  const record = recordOf({ annotations, labels })
  lastRead.set(labels, { annotations, record })
  return record
}

// One request asks about the same workload several times, and a list has thousands.
const lastRead = new WeakMap<object, { annotations: Carrier['annotations']; record: SleepRecord | undefined }>()

function recordOf({ annotations, labels }: Carrier): SleepRecord | undefined {
  const labelled = fieldsOf(labels, fromLabel)
  const annotated = fieldsOf(annotations)
  const isCurrent = labelled.scaledAt === undefined || labelled.scaledAt === annotated.scaledAt
  const record = (isCurrent ? Fields.safeParse(annotated).data : undefined) ?? Fields.safeParse(labelled).data
  return record && { ...record, ...trucesOf({ annotations, labels }) }
}

/**
 * What is remembered of the truces with the tools of Git, by the label before the annotation. Without a record it is of
 * an earlier night: `kubectl rollout undo` has brought it back.
 */
export function trucesOf({ annotations, labels }: Carrier): Truces {
  const found = truceFields.flatMap((field) => {
    const value = labels?.[recordAnnotations[field]] ?? annotations?.[recordAnnotations[field]]
    return value === undefined ? [] : [[field, value] as const]
  })
  return Object.fromEntries(found)
}

/** Says that a workload sleeps by our label and that its count cannot be obeyed; undefined when it can, or when it does not. */
export function recordFaultOf(carrier: Carrier): string | undefined {
  if (!hasAsleepLabel(carrier) || readRecord(carrier) !== undefined) return undefined
  const key = recordAnnotations.originalReplicas
  return `its annotation ${key} is ${quoted(carrier.annotations?.[key])}, which is not a whole number from 1 to ${maxReplicas}`
}

type Texts = Partial<Record<keyof SleepRecord, string>>

const keyOfField = Object.entries(recordAnnotations) as [keyof SleepRecord, string][]

// It runs for thousands of sleepers in one request.
function fieldsOf(map: Record<string, string> = {}, decode = (text: string) => text): Texts {
  const texts: Texts = {}
  for (const [field, key] of keyOfField) {
    const text = map[key]
    if (text !== undefined) texts[field] = decode(text)
  }
  return texts
}

// The value of a label must not have a colon; nothing else in a time is forbidden there.
const toLabel = (text: string) => text.replaceAll(':', '_')
const fromLabel = (text: string) => text.replaceAll('_', ':')

/** Every annotation of ours with the value it has under this record: undefined means that it must not be there. */
export function annotationsOf(record: SleepRecord | undefined): Record<string, string | undefined> {
  return Object.fromEntries(keyOfField.map(([field, key]) => [key, record?.[field]?.toString()]))
}

/** The same for our labels. */
export function labelsOf(record: SleepRecord | undefined): Record<string, string | undefined> {
  const labelled = labelledFields.map((field) => [
    recordAnnotations[field],
    record?.[field] === undefined ? undefined : toLabel(record[field].toString()),
  ])
  return { [asleepLabel.key]: record && asleepLabel.value, ...Object.fromEntries(labelled) }
}
