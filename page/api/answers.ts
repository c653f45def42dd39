import type { z } from 'zod'
import type { ErrorBody as ErrorSchema } from '../../shared/api/contract/answers/errorBody.ts'
import type { HistoryAnswer as HistorySchema } from '../../shared/api/contract/answers/history.ts'
import type {
  ProjectAnswer as ProjectSchema,
  ProjectsAnswer as ProjectsSchema,
  Swept as SweptSchema,
  WorkloadsAnswer as WorkloadsSchema,
} from '../../shared/api/contract/answers/projects.ts'
import type { SavingsAnswer as SavingsSchema } from '../../shared/api/contract/answers/savings.ts'
import type {
  CalendarAnswer as CalendarSchema,
  ScheduleWritten as ScheduleSchema,
} from '../../shared/api/contract/answers/schedules.ts'

/** The answers of the API, by its own schemas: a field that it renames does not compile here. */
export type ProjectsAnswer = z.infer<typeof ProjectsSchema>
export type ProjectAnswer = z.infer<typeof ProjectSchema>
export type WorkloadsAnswer = z.infer<typeof WorkloadsSchema>
export type HistoryAnswer = z.infer<typeof HistorySchema>
export type CalendarAnswer = z.infer<typeof CalendarSchema>
export type SavingsAnswer = z.infer<typeof SavingsSchema>
export type ErrorBody = z.infer<typeof ErrorSchema>

export type Project = ProjectAnswer['project']
export type State = Project['state']
export type Exception = Project['exceptions'][number]['exception']
export type Timer = ProjectsAnswer['timers'][number]
export type Workload = WorkloadsAnswer['workloads'][number]
export type Waking = Project['waking'][number]
export type HistoryEntry = HistoryAnswer['history'][number]
/** The results that a workload can have in a sweep. */
export type Result = keyof NonNullable<HistoryEntry['results']>
export type Calendar = CalendarAnswer['calendar']
export type Interval = Calendar['intervals'][number]

/** What a request that changes something answers: only some of them have outcomes, or a calendar. */
export interface Written {
  message: string
  timestamp: string
  workloads?: z.infer<typeof SweptSchema>['workloads']
  calendar?: z.infer<typeof ScheduleSchema>['calendar']
}
