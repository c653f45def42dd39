import { quote } from '../../schedule/index.ts'
import { annotationPrefix } from './record.ts'

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

/**
 * Reads whether something is left out of the schedule. A value that cannot be understood leaves it out as well, since
 * its author wanted it to stay awake.
 */
export function exclusionOf(annotations: Record<string, string> | undefined, now: Date): Exclusion | undefined {
  const { exclude, excludeUntil } = exclusionAnnotations
  const flag = annotations?.[exclude]
  if (flag === 'true') return { key: exclude, why: `${exclude} is "true"`, isFault: false }
  if (flag !== undefined && flag !== 'false') {
    return { key: exclude, why: `${exclude} is ${quote(flag)}, neither "true" nor "false"`, isFault: true }
  }
  const until = annotations?.[excludeUntil]
  if (until === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(until) ? Date.parse(until) : Number.NaN
  if (Number.isNaN(time)) {
    return {
      key: excludeUntil,
      why: `${excludeUntil} is ${quote(until)}, not a date or a time with an offset`,
      isFault: true,
    }
  }
  return time > now.getTime() ? { key: excludeUntil, why: `${excludeUntil} is ${until}`, isFault: false } : undefined
}
