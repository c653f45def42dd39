import { dayAndTime, offsetOf, timeUntil } from './localTime.ts'

/** The part of a project in the answer of GET /api/v1/projects that the table needs. */
export interface ScheduledProject {
  name: string
  schedule: { time_zone: string }
  next_transitions: { scale_down?: string; scale_up?: string }
  faults: string[]
}

interface Transition {
  project: ScheduledProject
  at: Date
  what: 'falls asleep' | 'wakes'
}

/** The next transitions, a line for each in the order of time and in the reader's zone; then the projects without any. */
export function scheduleTable(
  projects: ScheduledProject[],
  { now, timeZone }: { now: Date; timeZone: string },
): string {
  const transitions = projects.flatMap(transitionsOf).sort((one, other) => one.at.getTime() - other.at.getTime())
  const isElsewhere = (zone: string, at: Date) =>
    offsetOf(zone, at) !== offsetOf(timeZone, at) && offsetOf(zone, at) !== 'UTC'
  const rows = transitions.map(({ project, at, what }) => {
    const zone = project.schedule.time_zone
    return [
      dayAndTime(at, timeZone),
      timeUntil(at, now),
      `${project.name} ${what}`,
      offsetOf(timeZone, at) === 'UTC' ? '' : `${dayAndTime(at, 'UTC')} UTC`,
      isElsewhere(zone, at) ? `${dayAndTime(at, zone)} ${zone}` : '',
    ]
  })
  const idle = projects.filter(({ next_transitions: next }) => !next.scale_down && !next.scale_up)
  const unscheduled = idle.map(({ name, faults: [fault] }) => `  ${fault ?? `${name} has no schedule`}`)
  return [...aligned(rows), ...unscheduled].join('\n')
}

function transitionsOf(project: ScheduledProject): Transition[] {
  const { scale_down: down, scale_up: up } = project.next_transitions
  return [
    ...(down === undefined ? [] : [{ project, at: new Date(down), what: 'falls asleep' as const }]),
    ...(up === undefined ? [] : [{ project, at: new Date(up), what: 'wakes' as const }]),
  ]
}

function aligned(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}
