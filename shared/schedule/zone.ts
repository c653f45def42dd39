/** The clock on the wall of a time zone. A wall time is written as the UTC milliseconds that look the same. */
export interface Zone {
  /** The time on the wall clock at this instant (milliseconds since the epoch). */
  wallOf(instantMs: number): number
  /**
   * The instant at which the wall clock shows this. A time that is skipped when clocks go forward is the instant at which
   * they do; a time that comes twice when they go back is the first of the two.
   */
  instantOf(wallMs: number): number
}

const dayMs = 24 * 60 * 60 * 1000

/** Makes the clock of an IANA time zone. @throws RangeError when there is no such zone */
export function createZone(timeZone: string): Zone {
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

  function wallOf(instantMs: number): number {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    const milliseconds = ((instantMs % 1000) + 1000) % 1000
    return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
  }

  const offsetAt = (instantMs: number) => wallOf(instantMs) - instantMs

  return {
    wallOf,
    instantOf(wallMs) {
      // The larger of two offsets is the one before clocks go back, so it gives the first of the two instants.
      const offsets = [offsetAt(wallMs - dayMs), offsetAt(wallMs + dayMs)].sort((a, b) => b - a)
      const shown = offsets.map((offset) => wallMs - offset).find((instantMs) => wallOf(instantMs) === wallMs)
      if (shown !== undefined) return shown
      let [before, after] = [wallMs - dayMs, wallMs + dayMs]
      const offsetBefore = offsetAt(before)
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (offsetAt(middle) === offsetBefore) before = middle
        else after = middle
      }
      return after
    },
  }
}
