export {
  type Applied,
  type Due,
  dueTransition,
  isAhead,
  isDone,
  lastApplied,
  nextTransition,
  nextTransitions,
  type Progress,
} from './due.ts'
export { readDaysOff } from './exceptions/daysOff.ts'
export {
  type DaysOff,
  type Exceptions,
  type Hold,
  type KnownHolidays,
  noExceptions,
} from './exceptions/exceptions.ts'
export {
  type ExceptionFault,
  type ExceptionTexts,
  exceptionNames,
  type Holidays,
  readExceptions,
  suspended,
} from './exceptions/readExceptions.ts'
export { first, type PlannedTransition } from './exceptions/stream.ts'
export { transitionsBetween } from './exceptions/transitionsBetween.ts'
export { type Ncrontab, NcrontabError, parseNcrontab } from './ncrontab.ts'
export { cut, escapeMisleading, quote } from './quote.ts'
export { type ReadSchedule, readSchedule, type Schedule, type ScheduleFault, type ScheduleTexts } from './schedule.ts'
export { readDay, readTime } from './time.ts'
export type { Action, Transition } from './transition.ts'
export { midnightOf, utc, type Zone, zoneOf } from './zone.ts'
