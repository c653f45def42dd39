import { kept } from './kept.ts'

/** The clock on the wall of a time zone. A wall time is written as the UTC milliseconds that look the same. */
export interface Zone {
  /** The time on the wall clock at this instant (milliseconds since the epoch). */
  wallOf(instantMs: number): number
  /**
   * The instant at which the wall clock shows this. A time that is skipped when clocks go forward is the instant at which
   * they do; a time that comes twice when they go back is the first of the two.
   */
  instantOf(wallMs: number): number
  /** The latest time that the wall clock has shown until this instant; while an hour comes again, the end of its first. */
  wallReached(instantMs: number): number
}

const dayMs = 24 * 60 * 60 * 1000

// Every name has at most 32 characters, and asking for a longer one costs time in proportion to it.
const longestName = 100

/** The wall time of the midnight at which the day of this instant begins. */
export const midnightOf = (zone: Zone, instantMs: number): number => Math.floor(zone.wallOf(instantMs) / dayMs) * dayMs

/** The clock of an IANA time zone; undefined when there is no such zone. The newest zones are kept. */
export const zoneOf: (timeZone: string) => Zone | undefined = kept((timeZone) => {
  if (timeZone.length > longestName) return undefined
  try {
    return createZone(timeZone)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}, 100)

function createZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })

  // In a tick all projects of a zone ask about the same times.
  const wallOf = kept((instantMs: number): number => {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    const milliseconds = ((instantMs % 1000) + 1000) % 1000
    return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
  }, 1000)

  const offsetAt = (instantMs: number) => wallOf(instantMs) - instantMs

  /** The first instant of (before, after] with another offset than `before`; `after` when there is none. */
  function changeBetween(before: number, after: number): number {
    const offsetBefore = offsetAt(before)
    let [low, high] = [before, after]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetAt(middle) === offsetBefore) low = middle
      else high = middle
    }
    return high
  }

  function instantOf(wallMs: number): number {
    // The larger of two offsets is the one before clocks go back, so it gives the first of the two instants.
    const offsets = [offsetAt(wallMs - dayMs), offsetAt(wallMs + dayMs)].sort((a, b) => b - a)
    const shown = offsets.map((offset) => wallMs - offset).find((instantMs) => wallOf(instantMs) === wallMs)
    return shown ?? changeBetween(wallMs - dayMs, wallMs + dayMs)
  }

  return {
    wallOf,
    instantOf,
    wallReached(instantMs) {
      const wall = wallOf(instantMs)
      const first = instantOf(wall)
      if (first === instantMs) return wall
      return changeBetween(first, instantMs) + offsetAt(first) - 1
    },
  }
}

/** The zone of those who name none, and of those whose own does not exist. */
export const utc: Zone = { wallOf: (ms) => ms, instantOf: (ms) => ms, wallReached: (ms) => ms }
