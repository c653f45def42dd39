import { isAhead, quote, readTime } from '../../../schedule/index.ts'
import type { Workload } from '../../cluster/workload.ts'
import type { Fault } from '../../observation.ts'
import { annotationPrefix } from './record.ts'

/** The trace that waking leaves on a workload until it sleeps again: when this service raised it, and for whom. */
export interface Woken {
  at: Date
  by: string
}

/** The annotation that holds each field of the trace. They are the product's public format. */
export const wokenAnnotations = {
  at: `${annotationPrefix}woken-at`,
  by: `${annotationPrefix}woken-by`,
} as const satisfies Record<keyof Woken, string>

// No name of a key or of an identity is longer, and anybody who may write to the workload can write this.
const longestName = 256

type Carrier = Pick<Workload, 'annotations'>

/**
 * The trace of a workload; undefined without one, and where its time cannot be read or lies in the future. Whoever may
 * write to the workload can write it, so it keeps nothing awake but the workload's own project.
 */
export function readWoken({ annotations }: Carrier, now: Date): Woken | undefined {
  const at = timeOf(annotations)
  if (at === undefined || isAhead(at, now)) return undefined
  const by = annotations?.[wokenAnnotations.by] ?? ''
  return { at, by: by.length > longestName ? '' : by }
}

/** The annotations under this trace: undefined means that they must not be there. */
export const annotationsOfWoken = (woken: Woken | undefined): Record<string, string | undefined> => ({
  [wokenAnnotations.at]: woken?.at.toISOString(),
  [wokenAnnotations.by]: woken?.by,
})

/** The values of a trace that this service has not written. */
export function faultsOfWoken(annotations: Carrier['annotations'], now: Date): Fault[] {
  const { at: atKey, by: byKey } = wokenAnnotations
  const [text, by] = [annotations?.[atKey], annotations?.[byKey]]
  const faults: Fault[] = []
  const at = timeOf(annotations)
  const fault = (key: string, message: string) => faults.push({ key, message: `its annotation ${key} ${message}` })
  if (text !== undefined && at === undefined)
    fault(atKey, `is ${quote(text)}, which is no time, and counts for nothing`)
  if (at !== undefined && isAhead(at, now)) {
    fault(atKey, `is ${at.toISOString()}, which is in the future, and counts for nothing`)
  }
  if (by !== undefined && by.length > longestName) {
    fault(byKey, `has ${by.length} characters, which is no name: ${quote(by)}`)
  }
  return faults
}

const timeOf = (annotations: Carrier['annotations']): Date | undefined =>
  readTime(annotations?.[wokenAnnotations.at] ?? '')
