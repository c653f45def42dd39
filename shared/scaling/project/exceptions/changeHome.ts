import type { WriteOptions } from '../../cluster/cluster.ts'
import type { Namespace } from '../../cluster/namespace.ts'
import { ScalingError } from '../../errors.ts'
import { scheduleChanged } from '../../events.ts'
import { retryOnConflict } from '../../retryOnConflict.ts'
import type { Scaling } from '../../scaling.ts'
import { exceptionsOf } from '../exceptions.ts'
import type { Entry } from '../history/entry.ts'
import { keepEntries } from '../history/keepHistory.ts'
import type { Project } from '../project.ts'

/** A request that changes when a project sleeps: of whom, why, and when it came. */
export interface ChangeRequest extends WriteOptions {
  actor: string
  reason: string
  now: Date
}

type Annotations = Namespace['annotations']

/** The annotations of a project's home once it is changed; in a dry run, as they would be. */
export interface Changed {
  annotations: Annotations
}

/** Changes of annotations: those that are undefined go. */
export type Changes = Record<string, string | undefined>

// Ticks write to a namespace now and then, and people even less.
const mostAttempts = 5

/**
 * Changes the annotations of a namespace as they are by now, all at once: where somebody writes in between, the change is
 * decided again.
 * @param changesOf undefined when there is nothing to change
 * @returns the annotations as they are then
 * @throws ScalingError `workload-changed` when somebody keeps writing
 */
export async function changeNamespace(
  { cluster, ...clock }: Scaling,
  { namespace, signal, dryRun }: WriteOptions & { namespace: Namespace },
  changesOf: (annotations: Annotations) => Changes,
): Promise<Annotations> {
  return await retryOnConflict(clock, mostAttempts, async (attempt) => {
    const current = attempt === 1 ? namespace : await cluster.findNamespace(namespace.name, { signal })
    if (current === undefined) throw new ScalingError('project-not-found', `Namespace ${namespace.name} is gone`)
    const { name, annotations, resourceVersion } = current
    const changes = changesOf(annotations)
    const isNothing = Object.entries(changes).every(([key, value]) => annotations[key] === value)
    if (isNothing) return annotations
    await cluster.annotateNamespace(name, changes, { signal, dryRun, resourceVersion })
    return withChanges(annotations, changes)
  })
}

/** Annotations after these changes. */
export const withChanges = (annotations: Annotations, changes: Changes): Annotations =>
  Object.fromEntries(
    Object.entries({ ...annotations, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )

/** A project as its exceptions are after a change. */
export function projectAfter(
  scaling: Scaling,
  project: Project,
  { annotations, now }: Changed & { now: Date },
): Project {
  const { suspensionOfAll } = project
  const { exceptions } = exceptionsOf(annotations, { ...scaling, now, suspensionOfAll })
  return { ...project, home: { ...project.home, annotations }, exceptions }
}

/** A change that was made: by which request, and in words. */
export interface Change extends ChangeRequest {
  request: ExceptionEntry['request']
  what: string
}

type ExceptionEntry = Extract<Entry, { what: 'exception' }>

/** Tells by an Event on a namespace what somebody has asked for, and why. */
export function announceChange({ cluster, afterwards }: Scaling, namespace: Namespace, change: Change): void {
  const { what, actor, reason, now: at, dryRun } = change
  if (dryRun) return
  afterwards(() => cluster.createEvent({ ...scheduleChanged(namespace, { what, actor, why: reason }), at }))
}

/** The same about one project, which has it in its history, too. */
export function announceChangeOf(scaling: Scaling, { home }: Pick<Project, 'home'>, change: Change): void {
  announceChange(scaling, home, change)
  if (!change.dryRun) keepEntries(scaling, home, [entryOf(change)])
}

/** A change in a project's history. */
export const entryOf = ({ request, what: message, actor: by, reason, now: at }: Change): ExceptionEntry => ({
  at,
  what: 'exception',
  request,
  by,
  reason,
  message,
})
