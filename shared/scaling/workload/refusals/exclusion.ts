import { quote, readDay, readTime, type Zone } from '../../../schedule/index.ts'
import type { Fault } from '../../observation.ts'
import { annotationPrefix } from '../record/record.ts'
import { whyNoFlag } from '../record/written.ts'

/** The annotations by which a person keeps a namespace or a workload awake. */
export const exclusionAnnotations = {
  exclude: `${annotationPrefix}exclude`,
  excludeUntil: `${annotationPrefix}exclude-until`,
} as const

/** The reason why something is left out, and whether that is a value which cannot be understood. */
export interface Exclusion {
  /** The annotation. */
  key: string
  why: string
  isFault: boolean
}

type Annotations = Record<string, string> | undefined

/** The time that it is, and the zone in which a date begins. */
export interface Clock {
  now: Date
  zone: Zone
}

/**
 * Reads whether something is left out of the schedule. A value that cannot be understood leaves it out as well, since
 * its author wanted it to stay awake.
 */
export function exclusionOf(annotations: Annotations, { now, zone }: Clock): Exclusion | undefined {
  const { exclude, excludeUntil } = exclusionAnnotations
  if (annotations?.[exclude] === 'true') return { key: exclude, why: `${exclude} is "true"`, isFault: false }
  const [fault] = faultsOfExclusion(annotations)
  if (fault !== undefined) return { key: fault.key, why: fault.message, isFault: true }
  const until = annotations?.[excludeUntil]
  if (until === undefined || timeOf(until, zone) <= now.getTime()) return undefined
  return { key: excludeUntil, why: `${excludeUntil} is ${until}`, isFault: false }
}

/** The values of both annotations that cannot be understood, also where one of them decides alone. */
export function faultsOfExclusion(annotations: Annotations): Fault[] {
  const { exclude, excludeUntil } = exclusionAnnotations
  const until = annotations?.[excludeUntil]
  const why = whyNoFlag(annotations?.[exclude])
  const faults: Fault[] = why === undefined ? [] : [{ key: exclude, message: `${exclude} ${why}` }]
  if (until !== undefined && !isTime(until)) {
    const message = `${excludeUntil} is ${quote(until)}, not a date or a time with an offset`
    faults.push({ key: excludeUntil, message })
  }
  return faults
}

const isTime = (text: string): boolean => (readDay(text) ?? readTime(text)) !== undefined

/** Milliseconds since the epoch. A date is the midnight at which it begins in its zone. */
function timeOf(text: string, zone: Zone): number {
  const midnight = readDay(text)
  return midnight === undefined ? Date.parse(text) : zone.instantOf(midnight)
}
