export { type Ncrontab, NcrontabError, parseNcrontab } from './ncrontab.ts'
export { parseSchedule, type Schedule, ScheduleError, type ScheduleLines } from './schedule.ts'
export { type Action, type Applied, type Due, dueTransition, nextTransitions, type Transition } from './transitions.ts'
