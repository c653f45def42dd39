import { clockTime, fullTime } from '../view/times.ts'
import { useSurroundings } from './context.ts'

/** The value of an exception: a time, or what somebody has written. */
export function ExceptionValue({ value, now }: { value: string; now: number }) {
  const { words, reader } = useSurroundings()
  if (value === 'true') return <>{words.somebodyResumes}</>
  if (Number.isNaN(Date.parse(value))) return <>{value}</>
  return (
    <time dateTime={value} title={fullTime(value, reader)}>
      {clockTime(value, now, reader)}
    </time>
  )
}
