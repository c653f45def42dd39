import type { Action } from '../../schedule/index.ts'
import { messageWithCause } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import { applyTransition } from './applyTransition.ts'
import { dueFor } from './due.ts'
import { type Project, resolveProjects } from './project.ts'
import { reportFaults } from './reportFaults.ts'
import type { TickRequest, TickResult } from './tick.ts'

/**
 * Applies the transitions of one direction that are due, project after project; a failure of one does not touch the
 * others. When the run must end, what has not been begun stays due, and the result of its project names it as left.
 * @throws ScalingError when the namespaces cannot be listed
 */
export async function applyDueTransitions(
  scaling: Scaling,
  action: Action,
  request: TickRequest,
): Promise<TickResult[]> {
  let now = scaling.now()
  const listed = resolveProjects(request.projects, await scaling.cluster.listNamespaces(request), { ...scaling, now })
  // While one project is swept, somebody may exclude the next one, and another host may apply its transition.
  let isOutdated = false
  const results: TickResult[] = []
  for (const seen of inTurn(listed)) {
    const { name } = seen
    try {
      let project: Project | undefined = seen
      const isEnding = request.ending?.aborted === true
      if (isOutdated && !isEnding) {
        now = scaling.now()
        if (dueFor(action, seen, now).kind !== 'none') project = await lookAgain(scaling, seen, { ...request, now })
      }
      if (project === undefined) continue
      const { signal, dryRun, ending } = request
      const onProgress = (progress: { done: number; total: number }) =>
        request.onProgress?.({ project: name, ...progress })
      const tick = { project, action, now, dryRun, signal, ending, onProgress }
      const result = await applyTransition(scaling, tick)
      // Both timers look at every project, so one of them tells its faults.
      const isTeller = action === 'scale-down' && !isEnding
      const { faults, error } = isTeller ? await reportFaults(scaling, tick) : { faults: [], error: undefined }
      results.push({ ...result, faults, error: result.error ?? error })
      if (result.due !== 'apply') continue
      isOutdated = true
      // A scale-down that took until the scale-up: the other timer may have woken the project before the last write.
      now = scaling.now()
      const isOvertaken = !dryRun && action === 'scale-down' && dueFor('scale-up', project, now).kind === 'apply'
      if (isOvertaken) results.push(await applyTransition(scaling, { ...tick, action: 'scale-up', now }))
    } catch (error) {
      const nothing = { due: 'none' as const, transition: undefined, outcomes: [], left: [], isLate: false }
      const faults = seen.faults.map(({ message }) => message)
      results.push({ project: name, ...nothing, faults, error: messageWithCause(error) })
      isOutdated = true
    }
  }
  return results
}

/** A project whose last attempt left something has had its turn, so the others come first. */
const inTurn = (projects: Project[]): Project[] => [
  ...projects.filter(({ memory }) => memory.unfinished === undefined),
  ...projects.filter(({ memory }) => memory.unfinished !== undefined),
]

/**
 * The project as it is by now; undefined when it is none any more. It reads the namespaces of this one only: reading all
 * of them for each project that is due would cost the square of their number.
 */
async function lookAgain(
  { cluster, protection }: Scaling,
  { name, namespaces: before }: Project,
  { projects, now, signal }: TickRequest & { now: Date },
): Promise<Project | undefined> {
  const found = await Promise.all(before.map((namespace) => cluster.findNamespace(namespace.name, { signal })))
  const namespaces = found.filter((namespace) => namespace !== undefined)
  const settings = projects.filter((project) => project.name === name)
  return resolveProjects(settings, namespaces, { now, protection }).find((project) => project.name === name)
}
