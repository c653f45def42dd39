import { z } from '@hono/zod-openapi'
import { dryRun, time } from './fields.ts'
import { HolidaysBody, Interval, Swept } from './projects.ts'

/** A transition as the calendar has it. */
const PlannedTransition = z.object({
  action: z.enum(['scale-down', 'scale-up']),
  at: time,
  acts: z.boolean().openapi({ description: 'Whether it acts, or an exception leaves it out or puts it off.' }),
  because: z.string().openapi({
    description: 'The cron line that wants it, or the exception that decides about it.',
    example: 'holiday: 成人の日',
  }),
})

/** The transitions of a project in some days, and how it is between them. */
export const CalendarBody = z
  .object({
    from: time.openapi({ description: 'The beginning of today in the zone of the project.' }),
    to: time.openapi({
      description: 'The end of an hour. Earlier than asked for where there are more than 1000 transitions.',
    }),
    transitions: z.array(PlannedTransition).openapi({ description: 'Those from now on.' }),
    intervals: z
      .array(Interval)
      .openapi({ description: 'The first is how it is now, since when that is known, as far as today.' }),
  })
  .openapi('Calendar')

export const CalendarAnswer = z
  .object({
    status: z.literal('success'),
    project: z.string(),
    time_zone: z.string(),
    holidays: HolidaysBody.optional(),
    calendar: CalendarBody,
    timestamp: time,
  })
  .openapi('CalendarAnswer')

const preview = CalendarBody.openapi({ description: 'The next 14 days; in a dry run, as they would be.' })

/** The answer to a request that keeps a project in one state: the time, and one outcome for each workload. */
export const Kept = Swept.extend({ until: time, calendar: preview }).openapi('Kept')

const written = { status: z.literal('success'), message: z.string(), dry_run: dryRun, timestamp: time }

export const Skipped = z
  .object({
    ...written,
    project: z.string(),
    transition: z.object({ action: z.enum(['scale-down', 'scale-up']), at: time }),
    calendar: preview,
  })
  .openapi('Skipped')

export const FollowsSchedule = z
  .object({
    ...written,
    project: z.string(),
    taken_back: z.array(z.string()).openapi({ description: 'The annotations of the exceptions that were there.' }),
    calendar: preview,
  })
  .openapi('FollowsSchedule')

export const ScheduleWritten = z
  .object({
    ...written,
    project: z.string(),
    schedule: z.object({ scale_down: z.array(z.string()), scale_up: z.array(z.string()), time_zone: z.string() }),
    calendar: preview,
  })
  .openapi('ScheduleWritten')

export const Suspended = z.object({ ...written, until: time.optional() }).openapi('Suspended')
