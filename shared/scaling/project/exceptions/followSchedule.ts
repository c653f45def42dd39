import { first, type Schedule, transitionsBetween } from '../../../schedule/index.ts'
import type { Scaling } from '../../scaling.ts'
import {
  exceptionAnnotations,
  exceptionsOf,
  exceptionTraceOf,
  keysOf,
  type TracedException,
  tracedExceptions,
} from '../exceptions.ts'
import type { Project } from '../project.ts'
import { announceChangeOf, type Changed, type ChangeRequest, type Changes, changeNamespace } from './changeHome.ts'

/**
 * Takes back what was asked for: awake-until, asleep-until, skip and suspend. Days off stay. Where the end of a hold is a
 * transition, it ends now rather than never having been, so that the next tick brings the project to where its schedule
 * has it.
 * @returns the exceptions that were taken back, by their annotations without those of traces
 * @throws ScalingError
 */
export async function followSchedule(
  scaling: Scaling,
  request: ChangeRequest & { project: Project },
): Promise<Changed & { takenBack: string[] }> {
  const { project, actor, reason, now } = request
  let takenBack: string[] = []
  const annotations = await changeNamespace(
    scaling,
    { ...request, namespace: project.home },
    (annotations): Changes => {
      const keys = [...tracedExceptions.map((field) => exceptionAnnotations[field]), exceptionAnnotations.skip]
      takenBack = keys.filter((key) => annotations[key] !== undefined && !isEnded(annotations[key], now))
      const gone = Object.fromEntries(
        [...tracedExceptions.flatMap(keysOf), exceptionAnnotations.skip].map((key) => [key, undefined]),
      )
      if (takenBack.length === 0) return {}
      const hold = (['awakeUntil', 'asleepUntil'] as const).find((field) =>
        takenBack.includes(exceptionAnnotations[field]),
      )
      if (hold === undefined || !endsWithTransition(scaling, { annotations, hold, now, schedule: project.schedule }))
        return gone
      const trace = exceptionTraceOf(hold)
      return { ...gone, [exceptionAnnotations[hold]]: now.toISOString(), [trace.by]: actor, [trace.reason]: reason }
    },
  )
  if (takenBack.length > 0)
    announceChangeOf(scaling, project, {
      ...request,
      request: 'follow-schedule',
      what: 'It follows its schedule again',
    })
  return { takenBack, annotations }
}

/** Whether an exception has ended by itself, so that there is nothing to take back. */
const isEnded = (text: string | undefined, now: Date): boolean => Date.parse(text ?? '') <= now.getTime()

interface Ending {
  annotations: Record<string, string>
  hold: TracedException
  now: Date
  schedule: Schedule | undefined
}

function endsWithTransition(scaling: Scaling, { annotations, hold, now, schedule }: Ending): boolean {
  if (schedule === undefined) return false
  const lasting = [exceptionAnnotations.daysOff, exceptionAnnotations.holidays]
  const ended = {
    ...Object.fromEntries(lasting.flatMap((key) => (annotations[key] === undefined ? [] : [[key, annotations[key]]]))),
    [exceptionAnnotations[hold]]: now.toISOString(),
  }
  const { exceptions } = exceptionsOf(ended, { ...scaling, now, suspensionOfAll: undefined })
  const atEnd = { from: new Date(now.getTime() - 1), to: now, acting: true }
  return first(transitionsBetween(schedule, exceptions, atEnd)) !== undefined
}
