import type { Action } from '../../../schedule/index.ts'
import type { ClusterNode } from '../../cluster/node.ts'
import { messageWithCause } from '../../errors.ts'
import type { Scaling } from '../../scaling.ts'
import { whyProtected } from '../../workload/refusals/protectedNamespaces.ts'
import { readMemory } from '../memory.ts'
import { type Project, resolve, type UnusableProject } from '../project.ts'
import { reportFaults } from '../reportFaults.ts'
import { applyTransition } from './applyTransition.ts'
import { dueFor } from './due.ts'
import { enforce, isEnforced } from './enforce.ts'
import { lookAgain } from './lookAgain.ts'
import { holdOnBegun, takeBackBegun } from './takeBackBegun.ts'
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
  const { tickMs = 0 } = request
  const listed = resolve(request.projects, await scaling.cluster.listNamespaces(request), { ...scaling, now })
  // While one project is swept, somebody may exclude the next one, and another host may apply its transition.
  let isOutdated = false
  const results: TickResult[] = []
  let nodes: Promise<ClusterNode[]> | undefined
  const listNodes = () => (nodes ??= scaling.cluster.listNodes(request))
  for (const seen of inTurn(listed.projects)) {
    const { name } = seen
    try {
      let project: Project | undefined = seen
      const isEnding = request.ending?.aborted === true
      if (isOutdated && !isEnding) {
        now = scaling.now()
        const isConcerned =
          dueFor(action, seen, { now, tickMs }).kind !== 'none' ||
          isEnforced(seen, { now, tickMs }) ||
          holdOnBegun(seen, { action, now, tickMs }) !== undefined
        if (isConcerned) project = await lookAgain(scaling, seen, { ...request, now })
      }
      if (project === undefined) continue
      const { signal, dryRun, ending } = request
      const onProgress = (progress: { done: number; total: number }) =>
        request.onProgress?.({ project: name, ...progress })
      const { projects } = request
      const tick = { project, projects, action, now, tickMs, dryRun, signal, ending, onProgress, listNodes }
      const isHeldAtZero = action === 'scale-down' && !isEnding && isEnforced(project, tick)
      const hold = isEnding ? undefined : holdOnBegun(project, tick)
      const result = {
        ...(await applyTransition(scaling, tick)),
        ...(isHeldAtZero && { due: 'enforce' as const, ...(await enforce(scaling, tick)) }),
        ...(hold && { due: 'take-back' as const, ...(await takeBackBegun(scaling, tick, hold)) }),
      }
      // Both timers look at every project, so one of them tells its faults.
      const isTeller = action === 'scale-down' && !isEnding
      const { faults, error } = isTeller ? await reportFaults(scaling, tick) : { faults: [], error: undefined }
      results.push({ ...result, faults: [...result.faults, ...faults], error: result.error ?? error })
      if (result.due !== 'apply' && result.outcomes.length === 0) continue
      isOutdated = true
      // A scale-down that took until the scale-up: the other timer may have woken the project before the last write.
      now = scaling.now()
      const isOvertaken =
        !dryRun && action === 'scale-down' && dueFor('scale-up', project, { now, tickMs }).kind === 'apply'
      if (isOvertaken) results.push(await applyTransition(scaling, { ...tick, action: 'scale-up', now }))
    } catch (error) {
      const faults = seen.faults.map(({ message }) => message)
      results.push({ project: name, ...nothing, faults, error: messageWithCause(error) })
      isOutdated = true
    }
  }
  if (action === 'scale-down' && !request.ending?.aborted) {
    for (const one of listed.unusable) results.push(await reportUnusable(scaling, one, { ...request, now }))
  }
  return results
}

const nothing = {
  due: 'none' as const,
  transition: undefined,
  why: undefined,
  outcomes: [],
  left: [],
  isLate: false,
  putBacks: [],
}

/** Tells what keeps something from being a project; where there is no namespace to remember it on, by the log alone. */
async function reportUnusable(
  scaling: Scaling,
  { name, home, faults }: UnusableProject,
  request: TickRequest & { now: Date },
): Promise<TickResult> {
  const told = { faults: faults.map(({ message }) => message), error: undefined }
  const isWritable = home !== undefined && whyProtected(home.name, scaling.protection) === undefined
  const project = isWritable && { name, home, faults, memory: readMemory(home.annotations) }
  return { project: name, ...nothing, ...(project ? await reportFaults(scaling, { ...request, project }) : told) }
}

/** A project whose last attempt left something has had its turn, so the others come first. */
const inTurn = (projects: Project[]): Project[] => [
  ...projects.filter(({ memory }) => memory.unfinished === undefined),
  ...projects.filter(({ memory }) => memory.unfinished !== undefined),
]
