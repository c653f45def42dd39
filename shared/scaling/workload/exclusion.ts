import { annotationPrefix } from './record.ts'

/** What a person writes on a namespace or a workload to keep it awake. */
export const exclusionAnnotations = {
  exclude: `${annotationPrefix}exclude`,
  excludeUntil: `${annotationPrefix}exclude-until`,
} as const

/** Why something is left out, and whether what says so cannot be understood. */
export interface Exclusion {
  why: string
  isFault: boolean
}

/**
 * Reads whether something is left out of the schedule. What cannot be understood leaves it out as well: whoever wrote it
 * wanted it to stay awake.
 */
export function exclusionOf(annotations: Record<string, string> | undefined, now: Date): Exclusion | undefined {
  const { exclude, excludeUntil } = exclusionAnnotations
  const flag = annotations?.[exclude]
  if (flag === 'true') return { why: `${exclude} is "true"`, isFault: false }
  if (flag !== undefined && flag !== 'false') {
    return { why: `${exclude} is ${JSON.stringify(flag)}, neither "true" nor "false"`, isFault: true }
  }
  const until = annotations?.[excludeUntil]
  if (until === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(until) ? Date.parse(until) : Number.NaN
  if (Number.isNaN(time)) {
    return { why: `${excludeUntil} is ${JSON.stringify(until)}, no date or time with an offset`, isFault: true }
  }
  return time > now.getTime() ? { why: `${excludeUntil} is ${until}`, isFault: false } : undefined
}
