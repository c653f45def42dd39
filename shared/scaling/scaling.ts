import type { DaysOff, Holidays } from '../schedule/index.ts'
import type { AgentPools } from './cluster/agentPools.ts'
import type { Cluster } from './cluster/cluster.ts'
import type { Observation } from './observation.ts'
import type { Protection } from './workload/refusals/protectedNamespaces.ts'

/** Everything through which scaling reaches the world, and the limit that no request passes. */
export interface Scaling {
  cluster: Cluster
  /** Undefined where this service has no identity in Azure: in the cluster, and with a kubeconfig. */
  agentPools?: AgentPools | undefined
  /** The namespaces in which nothing is ever written. */
  protection: Protection
  /** The days on which no project is woken. */
  daysOff?: readonly DaysOff[] | undefined
  /** The public holidays of a country, or a text that says why they are not known, as the rest of a sentence. */
  holidaysOf?(country: string): Holidays | string
  /** The time zone of the projects that name none; UTC by default. */
  defaultTimeZone?: string | undefined
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>
  /** In [0, 1), as Math.random. */
  random(): number
  /** The one clock: what is due, and how fast a sweep goes. */
  now(): Date
  /** Runs work that the caller of an operation does not wait for; its failure is not the operation's. */
  afterwards(work: () => Promise<void>): void
  /** Told of what happens. It neither throws nor takes time. */
  observe?(observation: Observation): void
}
