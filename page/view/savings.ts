import type { SavingsAnswer } from '../api/answers.ts'

/** A day of a chart of savings: node-hours that were seen saved, and those of which nobody knows. */
export interface Bar {
  day: string
  saved: number
  unknown: number
}

const dayMs = 24 * 60 * 60 * 1000

/** A bar for each day that was asked for, the oldest first. The last one is today in the zone of the project. */
export function barsOf({ projects: [project], days, timestamp }: SavingsAnswer): Bar[] {
  if (project === undefined) return []
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: project.time_zone }).format(Date.parse(timestamp))
  const seen = new Map(project.days.map(({ day, node_pools }) => [day, node_pools]))
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(Date.parse(today) - (days - 1 - index) * dayMs).toISOString().slice(0, 10)
    const pools = seen.get(day) ?? []
    return {
      day,
      saved: pools.reduce((sum, { node_hours }) => sum + node_hours, 0),
      unknown: pools.reduce((sum, { unknown_node_hours }) => sum + unknown_node_hours, 0),
    }
  })
}
