import { useEffect, useState } from 'preact/hooks'
import type { Project } from '../api/answers.ts'
import { useSurroundings } from '../components/context.ts'
import type { ScheduleLines } from '../view/requests.ts'

type DescribeCron = (line: string, language: string) => string | undefined

interface Asked {
  project: Project
  lines: ScheduleLines
  onChange(lines: ScheduleLines): void
}

/** The cron lines of a project, each with its meaning in words, and the zone that they are in. */
export function ScheduleFields({ project: { schedule }, lines, onChange }: Asked) {
  const { words } = useSurroundings()
  const [describe, setDescribe] = useState<DescribeCron>()
  useEffect(() => {
    // Without it the lines are edited as they are.
    void import('../cron.ts').then(({ describeCron }) => setDescribe(() => describeCron)).catch(() => undefined)
  }, [])
  return (
    <>
      <p>
        {words.scheduleOf[schedule.from]} <span class="soft">{words.cronHelp}</span>
      </p>
      <CronField
        label={words.scaleDown}
        value={lines.scaleDown}
        describe={describe}
        onChange={(scaleDown) => onChange({ ...lines, scaleDown })}
      />
      <CronField
        label={words.scaleUp}
        value={lines.scaleUp}
        describe={describe}
        onChange={(scaleUp) => onChange({ ...lines, scaleUp })}
      />
      <label>
        {words.timeZone}
        <input
          list="zones"
          value={lines.timeZone}
          onInput={({ currentTarget }) => onChange({ ...lines, timeZone: currentTarget.value })}
        />
      </label>
      <datalist id="zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}

interface Field {
  label: string
  value: string
  describe: DescribeCron | undefined
  onChange(value: string): void
}

function CronField({ label, value, describe, onChange }: Field) {
  const { reader } = useSurroundings()
  const lines = value.split('\n').filter((line) => line.trim() !== '')
  return (
    <label>
      {label}
      <textarea
        rows={Math.max(1, lines.length)}
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {lines.map((line) => (
        <small key={line}>{describe?.(line, reader.language) ?? line}</small>
      ))}
    </label>
  )
}
