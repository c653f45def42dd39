import type { z } from '@hono/zod-openapi'
import {
  exceptionAnnotations,
  exceptionTraceOf,
  type Project,
  type ProjectCalendar,
  tracedExceptions,
} from '../../../scaling/index.ts'
import { cut, exceptionNames, readTime } from '../../../schedule/index.ts'
import type { HolidaysBody, ProjectBody } from '../../contract/answers/projects.ts'
import type { CalendarBody } from '../../contract/answers/schedules.ts'

type ExceptionBody = z.infer<typeof ProjectBody>['exceptions'][number]

// Whoever may write to the namespace may write 256 KiB.
const longest = 500

/** By what a project departs from its schedule, for the API's readers. What is past is left out. */
export function exceptionsBody({ home, exceptions: { suspension } }: Project, now: Date): ExceptionBody[] {
  const { annotations } = home
  const isPast = (text: string) => (readTime(text.trim()) ?? new Date(8.64e15)) <= now
  const own = (Object.keys(exceptionNames) as (keyof typeof exceptionNames)[]).flatMap((field): ExceptionBody[] => {
    const text = annotations[exceptionAnnotations[field]]
    if (text === undefined || isPast(text)) return []
    const traced = tracedExceptions.find((one) => one === field)
    const trace = traced && exceptionTraceOf(traced)
    return [
      {
        exception: exceptionNames[field],
        value: cut(text, longest),
        of: 'project',
        by: trace && cutOf(annotations[trace.by]),
        reason: trace && cutOf(annotations[trace.reason]),
      },
    ]
  })
  if (suspension?.isOfAll !== true || suspension.untilMs <= now.getTime()) return own
  const { untilMs } = suspension
  const value = Number.isFinite(untilMs) ? new Date(untilMs).toISOString() : 'true'
  return [...own, { exception: 'suspend', value, of: 'all' }]
}

const cutOf = (text: string | undefined): string | undefined => text && cut(text, longest)

/** The public holidays that are among a project's days off, for the API's readers. */
export const holidaysBody = ({ exceptions: { holidays } }: Project): z.infer<typeof HolidaysBody> | undefined =>
  holidays && { country: holidays.country, known_until: holidays.untilYear, source: holidays.source }

/** A calendar for the API's readers. */
export const calendarBody = ({ from, to, transitions, intervals }: ProjectCalendar): z.infer<typeof CalendarBody> => ({
  from: from.toISOString(),
  to: to.toISOString(),
  transitions: transitions.map(({ action, at, acts, because }) => ({ action, at: at.toISOString(), acts, because })),
  intervals: intervals.map((one) => ({ state: one.state, from: one.from.toISOString(), to: one.to.toISOString() })),
})
