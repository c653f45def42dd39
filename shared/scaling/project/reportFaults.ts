import { cut } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import type { Namespace } from '../cluster/namespace.ts'
import { messageWithCause } from '../errors.ts'
import { longestMessage, scheduleFault } from '../events.ts'
import type { Fault } from '../observation.ts'
import type { Scaling } from '../scaling.ts'
import type { Entry } from './history/entry.ts'
import { keepEntries } from './history/keepHistory.ts'
import { remember } from './memory.ts'
import type { Project } from './project.ts'

/** A project's faults, new or not, and the reason why the new ones could not be told. */
export interface ReportedFaults {
  faults: string[]
  error: string | undefined
}

/** The part of a project, or of something that is meant to be one, that its faults are told with. */
type Faulty = Pick<Project, 'name' | 'home' | 'memory' | 'faults'>

// The annotation that remembers it must be writable, too, or the faults would be new at each tick.
const textOf = (faults: Fault[]) => cut(faults.map(({ message }) => message).join('; '), longestMessage)

/**
 * Tells a project's faults by an Event when they are new, and remembers that they were told. It never rejects, for a
 * fault that cannot be told must stop nothing else.
 */
export async function reportFaults(
  scaling: Scaling,
  { project, now, dryRun, signal }: CallOptions & { project: Faulty; now: Date; dryRun: boolean },
): Promise<ReportedFaults> {
  const { home, memory } = project
  const faults = project.faults.map(({ message }) => message)
  const reportedFault = faults.length === 0 ? undefined : textOf(project.faults)
  if (dryRun || memory.reportedFault === reportedFault) return { faults, error: undefined }
  try {
    await remember({ cluster: scaling.cluster, signal }, home, { reportedFault })
  } catch (error) {
    return { faults, error: messageWithCause(error) }
  }
  const isNew = ({ message }: Fault) => !memory.reportedFault?.includes(message)
  const added = project.faults.filter(isNew)
  observeFaults(scaling, project, added)
  keepEntries(scaling, home, entriesOf(added, now))
  if (reportedFault !== undefined) announceFaults(scaling, { home, text: reportedFault, now })
  return { faults, error: undefined }
}

/**
 * Tells faults that are seen once for each transition, such as those of workloads, by an Event without a memory. Their
 * history is written with that of the transition.
 */
export function tellFaults(
  scaling: Scaling,
  { project, faults, now }: { project: Pick<Project, 'name' | 'home'>; faults: Fault[]; now: Date },
): void {
  if (faults.length === 0) return
  observeFaults(scaling, project, faults)
  announceFaults(scaling, { home: project.home, text: textOf(faults), now })
}

/** The entries of faults in the history of their project, as each is told once. */
export const entriesOf = (faults: Fault[], at: Date): Entry[] =>
  faults.map(({ key, message }) => ({ at, what: 'fault', key, message }))

/** Tells each fault of a project to whoever watches this service. */
export function observeFaults({ observe }: Scaling, { name }: Pick<Project, 'name'>, faults: Fault[]): void {
  for (const fault of faults) observe?.({ what: 'fault', project: name, fault })
}

function announceFaults(
  { cluster, afterwards }: Scaling,
  { home, text, now }: { home: Namespace; text: string; now: Date },
): void {
  afterwards(() => cluster.createEvent({ ...scheduleFault(home, text), at: now }))
}
