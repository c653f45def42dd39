import { nextTransition, readTime, type Transition, transitionsBetween } from '../../../schedule/index.ts'
import type { Scaling } from '../../scaling.ts'
import { exceptionAnnotations } from '../exceptions.ts'
import { appliedOf } from '../memory.ts'
import type { Project } from '../project.ts'
import { announceChangeOf, type Changed, type ChangeRequest, type Changes, changeNamespace } from './changeHome.ts'

/** A request to leave out one transition. */
export interface SkipRequest extends ChangeRequest {
  project: Project
  transition: Transition
}

/**
 * The transition that a request to skip means: the one at this time, or the next wake-up. One that is skipped already is
 * found as well, so that the request may be repeated. Undefined where there is none.
 */
export function findSkippable(
  { schedule, exceptions, memory }: Project,
  { at, now }: { at: Date | undefined; now: Date },
): Transition | undefined {
  if (schedule === undefined) return undefined
  const unskipped = { ...exceptions, skips: [] }
  if (at === undefined) {
    const next = nextTransition(schedule, unskipped, { now, applied: appliedOf(memory), action: 'scale-up' })
    return next && { action: 'scale-up', at: next }
  }
  const found = [...transitionsBetween(schedule, unskipped, { from: new Date(at.getTime() - 1), to: at })]
  const { action } = found.find(({ acts }) => acts) ?? found[0] ?? {}
  return action && { action, at }
}

/** The most times that `skip` may have. */
export const mostSkips = 20

/** Leaves out a transition. Repeating it changes nothing. @returns undefined when too many are skipped already @throws ScalingError */
export async function skipTransition(scaling: Scaling, request: SkipRequest): Promise<Changed | undefined> {
  const { project, transition } = request
  const key = exceptionAnnotations.skip
  let isTooMany = false
  const annotations = await changeNamespace(
    scaling,
    { ...request, namespace: project.home },
    (annotations): Changes => {
      const times = timesOf(annotations, project)
      if (times.some((one) => readTime(one)?.getTime() === transition.at.getTime())) return {}
      isTooMany = times.length >= mostSkips
      return isTooMany ? {} : { [key]: [...times, transition.at.toISOString()].join(', ') }
    },
  )
  if (isTooMany) return undefined
  announceChangeOf(scaling, project, {
    ...request,
    request: 'skip',
    what: `The ${transition.action} of ${transition.at.toISOString()} is skipped`,
  })
  return { annotations }
}

/** The texts of `skip`, without those that no tick needs any more. */
function timesOf(annotations: Record<string, string>, { memory }: Project): string[] {
  const { 'scale-down': down, 'scale-up': up } = appliedOf(memory)
  const last = Math.max(down?.getTime() ?? 0, up?.getTime() ?? 0)
  return (annotations[exceptionAnnotations.skip] ?? '')
    .split(/[;,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '' && !((readTime(one)?.getTime() ?? Number.POSITIVE_INFINITY) <= last))
}
