import type { Action } from '../../schedule/index.ts'
import { messageWithCause } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import { applyTransition } from './applyTransition.ts'
import { dueFor } from './due.ts'
import { resolveProjects } from './project.ts'
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
  const look = async () => {
    const now = scaling.now()
    const namespaces = await scaling.cluster.listNamespaces(request)
    return { now, projects: resolveProjects(request.projects, namespaces, { ...scaling, now }) }
  }
  let seen = await look()
  // While one project is swept, somebody may exclude the next one, and another host may apply its transition.
  let isOutdated = false
  const results: TickResult[] = []
  for (const { name, faults } of seen.projects) {
    const find = () => seen.projects.find((project) => project.name === name)
    try {
      let project = find()
      const isEnding = request.ending?.aborted === true
      const isDue = project !== undefined && dueFor(action, project, seen.now).kind !== 'none'
      if (isOutdated && isDue && !isEnding) {
        seen = await look()
        isOutdated = false
        project = find()
      }
      if (project === undefined) continue
      const { signal, dryRun, ending } = request
      const onProgress = (progress: { done: number; total: number }) =>
        request.onProgress?.({ project: name, ...progress })
      const tick = { project, action, now: seen.now, dryRun, signal, ending, onProgress }
      // Both timers look at every project, so one of them tells its faults.
      const told = action === 'scale-down' && !isEnding ? await reportFaults(scaling, tick) : []
      const result = await applyTransition(scaling, tick)
      results.push({ ...result, faults: told })
      if (result.due !== 'apply') continue
      isOutdated = true
      // A scale-down that took until the scale-up: the other timer may have woken the project before the last write.
      const now = scaling.now()
      const isOvertaken = !dryRun && action === 'scale-down' && dueFor('scale-up', project, now).kind === 'apply'
      if (isOvertaken) results.push(await applyTransition(scaling, { ...tick, action: 'scale-up', now }))
    } catch (error) {
      const nothing = { due: 'none' as const, transition: undefined, outcomes: [], left: [] }
      const told = faults.map(({ message }) => message)
      results.push({ project: name, ...nothing, faults: told, error: messageWithCause(error) })
      isOutdated = true
    }
  }
  return results
}
