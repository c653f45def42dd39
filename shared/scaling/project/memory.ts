import { type Applied, isAhead, quote, readTime } from '../../schedule/index.ts'
import type { CallOptions, Cluster } from '../cluster/cluster.ts'
import type { Namespace } from '../cluster/namespace.ts'
import { ScalingError } from '../errors.ts'
import type { Fault } from '../observation.ts'
import { annotationPrefix } from '../workload/record/record.ts'
import { pastExceptions } from './exceptions.ts'
import { readUnfinished, type Unfinished, writeUnfinished } from './unfinished.ts'

/** The facts that are remembered of a project between two ticks, on the project's home namespace. */
export interface Memory {
  /** The transition last applied in each direction, by the time at which it was due. */
  lastScaleDown: Date | undefined
  lastScaleUp: Date | undefined
  /** When its schedule put it to zero; undefined once it has woken it, and when the last scale-down was left out. */
  asleepSince: Date | undefined
  /** The transition whose last attempt could not do everything, until the rest is done. */
  unfinished: Unfinished | undefined
  /** The scale-down that needs no more looking at: its nodes were seen gone, or somebody has woken the project. */
  nodesVerified: Date | undefined
  /** The scale-down after which its nodes were seen gone, until the first is seen back. */
  nodesAway: Date | undefined
  /** The scale-up after which its workloads have not yet been seen ready. */
  wakingSince: Date | undefined
  /** The scale-down after which nodes stayed and it was told, so that it is told once. */
  nodesHeld: Date | undefined
  /** The scale-down after which it was told that the project's node pool does not exist, so that it is told once. */
  nodePoolUnknown: Date | undefined
  /** The scale-down after which it was told that somebody had put the project back, so that it is told once. */
  putBack: Date | undefined
  /** The fault that was last told by an Event, so that it is told once. */
  reportedFault: string | undefined
}

/** The annotation of a namespace that holds each field of the memory. */
export const memoryAnnotations = {
  lastScaleDown: `${annotationPrefix}last-scale-down`,
  lastScaleUp: `${annotationPrefix}last-scale-up`,
  asleepSince: `${annotationPrefix}asleep-since`,
  unfinished: `${annotationPrefix}unfinished`,
  nodesVerified: `${annotationPrefix}nodes-verified`,
  nodesAway: `${annotationPrefix}nodes-away`,
  wakingSince: `${annotationPrefix}waking-since`,
  nodesHeld: `${annotationPrefix}nodes-held`,
  nodePoolUnknown: `${annotationPrefix}node-pool-unknown`,
  putBack: `${annotationPrefix}put-back`,
  reportedFault: `${annotationPrefix}reported-fault`,
} as const satisfies Record<keyof Memory, string>

/** How a value is written as text; `read` answers undefined for a text that is not of this format. */
interface Format<Value> {
  read(text: string): Value | undefined
  write(value: Value): string
}

const time: Format<Date> = {
  read: readTime,
  write: (date) => date.toISOString(),
}

const formats: { [Field in keyof Memory]: Format<NonNullable<Memory[Field]>> } = {
  lastScaleDown: time,
  lastScaleUp: time,
  asleepSince: time,
  unfinished: { read: readUnfinished, write: writeUnfinished },
  nodesVerified: time,
  nodesAway: time,
  wakingSince: time,
  nodesHeld: time,
  nodePoolUnknown: time,
  putBack: time,
  reportedFault: { read: (text) => text, write: (text) => text },
}

const fields = Object.keys(memoryAnnotations) as (keyof Memory)[]

/** Reads the memory from a namespace's annotations. A value that cannot be read counts as forgotten. */
export function readMemory(annotations: Record<string, string>): Memory {
  const read = (field: keyof Memory) => {
    const text = annotations[memoryAnnotations[field]]
    return text === undefined ? undefined : formats[field].read(text)
  }
  return Object.fromEntries(fields.map((field) => [field, read(field)])) as unknown as Memory
}

/** The times that are past by their meaning; the others only name a scale-down. */
const pastTimes = ['lastScaleDown', 'lastScaleUp', 'asleepSince'] as const

/** The values of a memory that this service has not written, as the halves of sentences about them. */
export function faultsOfMemory(annotations: Record<string, string>, memory: Memory, now: Date): Fault[] {
  const unreadable = fields
    .map((field) => ({ field, key: memoryAnnotations[field] }))
    .filter(({ field, key }) => annotations[key] !== undefined && memory[field] === undefined)
    .map(({ key }) => ({
      key,
      message: `${key} is ${quote(annotations[key] ?? '')}, which cannot be read, and counts for nothing`,
    }))
  const ahead = pastTimes.flatMap((field) => {
    const [key, time] = [memoryAnnotations[field], memory[field]]
    if (time === undefined || !isAhead(time, now)) return []
    return { key, message: `${key} is ${time.toISOString()}, which is in the future, and counts as now` }
  })
  return [...unreadable, ...ahead]
}

/** The annotations that change the memory: an undefined field is forgotten, an absent one stays as it is. */
export function writeMemory(changes: Partial<Memory>): Record<string, string | undefined> {
  const write = <Field extends keyof Memory>(field: Field) => {
    const value = changes[field]
    return value === undefined ? undefined : formats[field].write(value as NonNullable<Memory[Field]>)
  }
  const changed = fields.filter((field) => field in changes)
  return Object.fromEntries(changed.map((field) => [memoryAnnotations[field], write(field)]))
}

/**
 * Writes changes of a project's memory on its home; no call when there are none.
 * @throws ScalingError
 */
export async function remember(
  { cluster, ...options }: CallOptions & { cluster: Cluster },
  home: Namespace,
  changes: Partial<Memory>,
): Promise<void> {
  if (Object.keys(changes).length > 0) await cluster.annotateNamespace(home.name, writeMemory(changes), options)
}

/**
 * The same for a transition that was applied, which takes back the exceptions that are past. Where somebody has written
 * to the namespace meanwhile, these stay until the next one: a new exception must not go with an old one.
 * @throws ScalingError
 */
export async function rememberApplied(
  { cluster, ...options }: CallOptions & { cluster: Cluster },
  home: Namespace,
  { changes, at }: { changes: Partial<Memory>; at: Date },
): Promise<void> {
  const past = pastExceptions(home.annotations, at)
  if (Object.keys(past).length > 0) {
    const { resourceVersion } = home
    const written = await cluster
      .annotateNamespace(home.name, { ...writeMemory(changes), ...past }, { ...options, resourceVersion })
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof ScalingError && error.code === 'workload-changed') return false
          throw error
        },
      )
    if (written) return
  }
  await remember({ cluster, ...options }, home, changes)
}

/** The transitions last applied, as the schedule wants them. */
export const appliedOf = ({ lastScaleDown, lastScaleUp }: Memory): Applied => ({
  'scale-down': lastScaleDown,
  'scale-up': lastScaleUp,
})
