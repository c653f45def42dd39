import type { CallOptions } from '../cluster/cluster.ts'
import { scheduleFault } from '../events.ts'
import type { Scaling } from '../scaling.ts'
import { remember } from './memory.ts'
import type { Project } from './project.ts'

/**
 * Tells a project's faults by an Event when they are new, and remembers that they were told.
 * @returns all of them, new or not
 * @throws ScalingError
 */
export async function reportFaults(
  { cluster, afterwards }: Scaling,
  { project, now, dryRun, signal }: CallOptions & { project: Project; now: Date; dryRun: boolean },
): Promise<string[]> {
  const { home, faults, memory } = project
  const reportedFault = faults.length === 0 ? undefined : faults.join('; ')
  if (dryRun || memory.reportedFault === reportedFault) return faults
  await remember({ cluster, signal }, home, { reportedFault })
  if (reportedFault === undefined) return faults
  afterwards(() => cluster.createEvent({ ...scheduleFault(home, reportedFault), at: now }))
  return faults
}
