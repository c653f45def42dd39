/** A time zone and its offset at a time, such as `Asia/Tokyo (UTC+09:00)`, or `UTC`. */
export function describeZone(timeZone: string, at: Date): string {
  const offset = offsetOf(timeZone, at)
  return timeZone === offset ? timeZone : `${timeZone} (${offset})`
}

/** Such as `UTC+09:00`, or `UTC`. Two zones with the same one show the same time. */
export function offsetOf(timeZone: string, at: Date): string {
  const { timeZoneName = 'GMT' } = partsOf(at, { timeZone, timeZoneName: 'longOffset' })
  return timeZoneName.replace('GMT', 'UTC').replace('+00:00', '')
}

/** `22:00:00`, for what happens now. */
export function clockTime(at: Date, timeZone: string): string {
  const { hour, minute, second } = partsOf(at, { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' })
  return `${hour}:${minute}:${second}`
}

/** `Fri 27 Nov 22:00`, for what is still to come. */
export function dayAndTime(at: Date, timeZone: string): string {
  const wanted = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  const { weekday, day, month, hour, minute } = partsOf(at, { timeZone, ...wanted })
  return `${weekday} ${day} ${month} ${hour}:${minute}`
}

const minuteMs = 60_000

/** `in 3 min`, `in 18 h` or `in 3 days`. */
export function timeUntil(at: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((at.getTime() - now.getTime()) / minuteMs))
  if (minutes < 90) return `in ${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `in ${hours} h` : `in ${Math.round(hours / 24)} days`
}

function partsOf(at: Date, options: Intl.DateTimeFormatOptions): Partial<Record<string, string>> {
  const parts = new Intl.DateTimeFormat('en-US', { hourCycle: 'h23', ...options }).formatToParts(at)
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]))
}
