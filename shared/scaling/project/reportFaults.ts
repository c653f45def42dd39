import type { CallOptions } from '../cluster/cluster.ts'
import { scheduleFault } from '../events.ts'
import type { Fault } from '../observation.ts'
import type { Scaling } from '../scaling.ts'
import { remember } from './memory.ts'
import type { Project } from './project.ts'

/**
 * Tells a project's faults by an Event when they are new, and remembers that they were told.
 * @returns all of them, new or not
 * @throws ScalingError
 */
export async function reportFaults(
  { cluster, afterwards, observe }: Scaling,
  { project, now, dryRun, signal }: CallOptions & { project: Project; now: Date; dryRun: boolean },
): Promise<string[]> {
  const { home, memory } = project
  const faults = project.faults.map(({ message }) => message)
  const reportedFault = faults.length === 0 ? undefined : faults.join('; ')
  if (dryRun || memory.reportedFault === reportedFault) return faults
  await remember({ cluster, signal }, home, { reportedFault })
  const isNew = ({ message }: Fault) => !memory.reportedFault?.includes(message)
  for (const fault of project.faults.filter(isNew)) observe?.({ what: 'fault', project: project.name, fault })
  if (reportedFault === undefined) return faults
  afterwards(() => cluster.createEvent({ ...scheduleFault(home, reportedFault), at: now }))
  return faults
}
