import { useState } from 'preact/hooks'
import type { Project } from '../api/answers.ts'
import { useNow, useSurroundings } from '../components/context.ts'
import type { Filled } from '../view/address.ts'
import { clockTime, timeOfInput } from '../view/times.ts'

interface Asked {
  name: 'keep-awake' | 'keep-asleep'
  project: Project
  filled: Filled
  onFill(filled: Filled): void
}

const lengths = [1, 3]

/** For how long a project is kept awake or asleep: some hours, until the next wake-up, or until a time. */
export function LengthField({ name, project: { next_transitions }, filled, onFill }: Asked) {
  const { words, reader } = useSurroundings()
  const now = useNow(30_000)
  const wakeUp = next_transitions.scale_up
  const isTime = filled.until !== undefined && filled.until !== wakeUp
  const [wantsTime, setWantsTime] = useState(isTime || name === 'keep-asleep')
  const { reason } = filled
  const rest = { ...(reason !== undefined && { reason }) }
  const choose = (chosen: Filled) => {
    setWantsTime(false)
    onFill({ ...rest, ...chosen })
  }
  const choice = (label: string, isChosen: boolean, onChoose: () => void) => (
    <label key={label}>
      <input type="radio" name="length" checked={isChosen} onChange={onChoose} /> {label}
    </label>
  )
  return (
    <fieldset>
      <legend>{words.howLong}</legend>
      {name === 'keep-awake' && (
        <>
          {lengths.map((hours) =>
            choice(words.hours(hours), !wantsTime && filled.for === `${hours}h`, () => choose({ for: `${hours}h` })),
          )}
          {wakeUp &&
            choice(words.untilNextWakeUp(clockTime(wakeUp, now, reader)), !wantsTime && filled.until === wakeUp, () =>
              choose({ until: wakeUp }),
            )}
          {choice(words.untilTime, wantsTime, () => {
            setWantsTime(true)
            onFill(rest)
          })}
        </>
      )}
      {wantsTime && (
        <label>
          {words.untilLabel}
          <input
            type="datetime-local"
            required
            onInput={({ currentTarget }) => {
              const until = timeOfInput(currentTarget.value)
              onFill({ ...rest, ...(until && { until }) })
            }}
          />
          <small>{filled.until && clockTime(filled.until, now, reader)}</small>
        </label>
      )}
    </fieldset>
  )
}
