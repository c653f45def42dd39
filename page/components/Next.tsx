import type { Project } from '../api/answers.ts'
import { causeIn } from '../view/causes.ts'
import { clockTime, fullTime, lengthOf } from '../view/times.ts'
import { useSurroundings } from './context.ts'

interface Of {
  project: Project
  now: number
}

/** Since when a project is in its state, where that is known. */
export function Since({ project: { since }, now }: Of) {
  const { words, reader } = useSurroundings()
  return since === undefined ? null : (
    <time dateTime={since} title={fullTime(since, reader)}>
      {words.since(clockTime(since, now, reader))}
    </time>
  )
}

/** What comes next, in the reader's zone and in the project's, and why. */
export function Next({ project: { next, schedule }, now }: Of) {
  const { words, reader } = useSurroundings()
  if (next === undefined) return <>{schedule.scale_down.length === 0 ? words.noSchedule : words.nothingNext}</>
  const zone = schedule.time_zone
  const length = lengthOf(Date.parse(next.at) - now, reader.language)
  const said = next.action === 'scale-down' ? words.sleeps : words.wakes
  return (
    <time
      dateTime={next.at}
      title={`${fullTime(next.at, reader)} · ${words.because(causeIn(words, next.because) ?? next.because)}`}
    >
      {said(clockTime(next.at, now, reader), length)}
      {zone !== reader.timeZone && ` · ${words.inZone(clockTime(next.at, now, { ...reader, timeZone: zone }), zone)}`}
    </time>
  )
}
