/** The reader of the page. */
export interface Reader {
  language: string
  timeZone: string
}

const minuteMs = 60_000

const formats = new Map<string, Intl.DateTimeFormat>()

/** Makes a format once: it takes far longer than its use, and a list of 200 projects uses thousands. */
function formatOf({ language, timeZone }: Reader, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([language, timeZone, parts])
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, { ...parts, timeZone })
  formats.set(key, known)
  return known
}

/** A time as short as it can be: today it is the clock alone. */
export function clockTime(time: string | number, now: number, reader: Reader): string {
  const ms = typeof time === 'number' ? time : Date.parse(time)
  const shown = (parts: Intl.DateTimeFormatOptions) => formatOf(reader, parts).format(ms)
  const clock = shown({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const day = formatOf(reader, { year: 'numeric', month: 'numeric', day: 'numeric' })
  if (day.format(ms) === day.format(now)) return clock
  const isNear = Math.abs(ms - now) < 6 * 24 * 60 * minuteMs
  // One character alone reads as a word of its own in Japanese.
  const weekday = reader.language === 'ja' ? 'long' : 'short'
  return `${shown(isNear ? { weekday } : { day: 'numeric', month: 'short' })} ${clock}`
}

/** A time in full, for a title. */
export const fullTime = (time: string, reader: Reader): string =>
  formatOf(reader, { dateStyle: 'full', timeStyle: 'long' }).format(Date.parse(time))

const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g

/** A sentence of the API, with its times as the reader's clock shows them. */
export const withClockTimes = (sentence: string, now: number, reader: Reader): string =>
  sentence.replace(instant, (time) => clockTime(time, now, reader))

/** How long, in its two largest units: `1 hr 12 min`. The last minute is told by the second. */
export function lengthOf(ms: number, language: string): string {
  if (ms < minuteMs) return unit(Math.max(0, Math.ceil(ms / 1000)), 'second', language)
  const minutes = Math.round(ms / minuteMs)
  const parts = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor(minutes / 60) % 24, 'hour'],
    [minutes % 60, 'minute'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, name]) => unit(count, name, language))
    .join(' ')
}

const units = new Map<string, Intl.NumberFormat>()

function unit(count: number, name: 'day' | 'hour' | 'minute' | 'second', language: string): string {
  const key = `${language} ${name}`
  const known = units.get(key) ?? new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' })
  units.set(key, known)
  return known.format(count)
}

/** The value of `<input type="datetime-local">`, which has no zone, as ISO 8601 in that of this machine. */
export const timeOfInput = (value: string): string | undefined =>
  value === '' || Number.isNaN(Date.parse(value)) ? undefined : new Date(value).toISOString()
