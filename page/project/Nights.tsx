import type { Calendar, CalendarAnswer } from '../api/answers.ts'
import { Because } from '../components/Because.tsx'
import { type Read, useSurroundings } from '../components/context.ts'
import { Loading } from '../components/Loading.tsx'
import { Strip } from '../components/Strip.tsx'
import { type Day, daysOf } from '../view/nights.ts'
import { fullTime, type Reader } from '../view/times.ts'

/** The next nights of a project, as its calendar says them. */
export function Nights({ read: { answer, refused }, now }: { read: Read<CalendarAnswer>; now: number }) {
  const { words } = useSurroundings()
  const zone = answer?.time_zone ?? 'UTC'
  return (
    <section class="card">
      <h3>{words.nextNights(zone)}</h3>
      {answer ? <NightStrips calendar={answer.calendar} zone={zone} now={now} /> : <Loading refused={refused} />}
    </section>
  )
}

/** A strip for each day of a calendar. */
export function NightStrips({ calendar, zone, now }: { calendar: Calendar; zone: string; now: number }) {
  const { words, reader } = useSurroundings()
  const of: Reader = { ...reader, timeZone: zone }
  const label = new Intl.DateTimeFormat(reader.language, { timeZone: zone, weekday: 'short', day: 'numeric' })
  return (
    <>
      <ol class="nights">
        <li aria-hidden="true" class="hours">
          <span />
          <span class="scale">
            {[0, 6, 12, 18, 24].map((hour) => (
              <i key={hour}>{String(hour).padStart(2, '0')}</i>
            ))}
          </span>
        </li>
        {daysOf(calendar, zone).map((day) => {
          return (
            <li key={day.startMs}>
              <time dateTime={new Date(day.startMs).toISOString()}>{label.format(day.startMs)}</time>
              <Strip spans={day.spans} label={spoken(day, words)} now={(now - day.startMs) / (day.hours * 3_600_000)} />
              {day.hours !== 24 && <small>{words.clockChange(day.hours)}</small>}
              {day.exceptions.map((because) => (
                <small key={because}>
                  <Because>{because}</Because>
                </small>
              ))}
            </li>
          )
        })}
      </ol>
      <p class="legend">
        <span>
          <i class="asleep" aria-hidden="true" /> {words.asleep}
        </span>
        <span>
          <i class="awake" aria-hidden="true" /> {words.awake}
        </span>
      </p>
      <details>
        <summary>{words.everyTransition}</summary>
        <ul class="transitions">
          {calendar.transitions.slice(0, mostListed).map(({ action, at, acts, because }) => (
            <li key={`${action} ${at}`} class={acts ? '' : 'left-out'}>
              {action === 'scale-down' ? words.scaleDown : words.scaleUp} <time dateTime={at}>{fullTime(at, of)}</time>{' '}
              <span class="soft">
                <Because>{because}</Because>
              </span>
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}

const mostListed = 60

/** The strip for those who hear it: the hours of the day in which the project sleeps. */
function spoken({ spans, hours }: Day, words: { asleep: string; awake: string }): string {
  const hour = (share: number) => {
    const minutes = Math.round(share * hours * 60)
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  }
  return spans.map(({ state, from, to }) => `${words[state]} ${hour(from)}–${hour(to)}`).join(', ')
}
