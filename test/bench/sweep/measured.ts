import type { Identity } from './identity.ts'

/** The job of a contender's process. */
export interface Job {
  contender: 'sweep' | 'loop' | 'idle-ticks'
  identity: Identity
  namespaces: string[]
  /** For the loop only: our sweep finds its own. */
  concurrency?: number
}

/** The figures of one run. Requests are attempts, by verb, including those that met a conflict or a limit. */
export interface Run {
  requests: Record<string, number>
  /** How many answers said that the object had changed meanwhile: 409 and 422. */
  conflicts: number
  /** How many answers said to come back later: 429. */
  throttled: number
  /** A few examples of final failures. */
  failures: string[]
}

export interface Measured extends Run {
  wallMs: number
  cpuMs: number
  rssGrowthMb: number
  peakRssMb: number
}

export const countOf = ({ requests }: Pick<Run, 'requests'>): number =>
  Object.values(requests).reduce((sum, count) => sum + count, 0)
