import { describePutBack, type PutBack } from '../scaling/index.ts'
import type { Logger } from '../telemetry/index.ts'

// A line of the log is for a person, and a project may have thousands of workloads.
const mostNamed = 20

/** Reports that somebody has put a project back, as a line of the log whose `msg` is the name of a metric. */
export function reportPutBack(logger: Logger, found: PutBack, dryRun: boolean): void {
  const { project, minutes, transition, raised } = found
  const workloads = raised.slice(0, mostNamed).map(({ ref, replicas, by }) => ({ ...ref, replicas, by: by.who }))
  const about = { project, minutes, transition: transition.at.toISOString() }
  const why = describePutBack(found)
  logger.warn({ ...about, raised: raised.length, workloads, why, ...(dryRun && { dry_run: true }) }, 'project_put_back')
}
