import type { Cron } from 'croner'
import type { Zone } from './zone.ts'

// Around a change of clocks, wall times and instants are not in the same order. None has ever moved by more than this.
const marginMs = 3 * 60 * 60 * 1000
const secondMs = 1000

/** The newest time at or before `now` at which one of the lines fires; undefined when none ever did. */
export function newestOccurrence(lines: Cron[], zone: Zone, now: Date): Date | undefined {
  const instants = lines.flatMap((line) => {
    let wall = new Date(zone.wallOf(now.getTime()) + marginMs)
    for (;;) {
      const [previous] = line.previousRuns(1, wall)
      if (previous === undefined) return []
      const instant = zone.instantOf(previous.getTime())
      if (instant <= now.getTime()) return [instant]
      wall = previous
    }
  })
  return instants.length === 0 ? undefined : new Date(Math.max(...instants))
}

/** The next time after `now` at which one of the lines fires; undefined when none ever does. */
export function nextOccurrence(lines: Cron[], zone: Zone, now: Date): Date | undefined {
  const instants = lines.flatMap((line) => {
    let wall: Date | null = new Date(zone.wallOf(now.getTime()) - marginMs - secondMs)
    for (;;) {
      wall = line.nextRun(wall)
      if (wall === null) return []
      const instant = zone.instantOf(wall.getTime())
      if (instant > now.getTime()) return [instant]
    }
  })
  return instants.length === 0 ? undefined : new Date(Math.min(...instants))
}
