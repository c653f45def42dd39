import type { Identity } from './identity.ts'

/** What a contender's process is to do. */
export interface Job {
  contender: 'sweep' | 'loop' | 'idle-ticks'
  identity: Identity
  namespaces: string[]
  /** Of the loop only: our sweep finds out by itself. */
  concurrency?: number
}

/** What one run came to. Requests are attempts, by verb; those that met a conflict or a limit are among them. */
export interface Run {
  requests: Record<string, number>
  /** Answers that said that something else had changed the object: 409 and 422. */
  conflicts: number
  /** Answers that said to come back later: 429. */
  throttled: number
  /** What went wrong for good, a few examples. */
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
