import { cut } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import { messageWithCause } from '../errors.ts'
import { scheduleFault } from '../events.ts'
import type { Fault } from '../observation.ts'
import type { Scaling } from '../scaling.ts'
import { remember } from './memory.ts'
import type { Project } from './project.ts'

/** As much as an Event takes. The annotation must be writable, too, or the faults would be new at each tick. */
const longestMessage = 1024

/** A project's faults, new or not, and the reason why the new ones could not be told. */
export interface ReportedFaults {
  faults: string[]
  error: string | undefined
}

/**
 * Tells a project's faults by an Event when they are new, and remembers that they were told. It never rejects, for a
 * fault that cannot be told must stop nothing else.
 */
export async function reportFaults(
  { cluster, afterwards, observe }: Scaling,
  { project, now, dryRun, signal }: CallOptions & { project: Project; now: Date; dryRun: boolean },
): Promise<ReportedFaults> {
  const { home, memory } = project
  const faults = project.faults.map(({ message }) => message)
  const reportedFault = faults.length === 0 ? undefined : cut(faults.join('; '), longestMessage)
  if (dryRun || memory.reportedFault === reportedFault) return { faults, error: undefined }
  try {
    await remember({ cluster, signal }, home, { reportedFault })
  } catch (error) {
    return { faults, error: messageWithCause(error) }
  }
  const isNew = ({ message }: Fault) => !memory.reportedFault?.includes(message)
  for (const fault of project.faults.filter(isNew)) observe?.({ what: 'fault', project: project.name, fault })
  if (reportedFault !== undefined) {
    afterwards(() => cluster.createEvent({ ...scheduleFault(home, reportedFault), at: now }))
  }
  return { faults, error: undefined }
}
