export { dayExists } from './cronLine.ts'
export { type Ncrontab, NcrontabError, parseNcrontab } from './ncrontab.ts'
export { cut, escapeMisleading, quote } from './quote.ts'
export { type ReadSchedule, readSchedule, type Schedule, type ScheduleFault, type ScheduleTexts } from './schedule.ts'
export {
  type Action,
  type Applied,
  type Due,
  dueTransition,
  isAhead,
  nextTransitions,
  type Progress,
  type Transition,
} from './transitions.ts'
export { utc, type Zone, zoneOf } from './zone.ts'
