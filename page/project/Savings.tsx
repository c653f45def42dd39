import type { SavingsAnswer } from '../api/answers.ts'
import { type Read, useSurroundings } from '../components/context.ts'
import { Loading } from '../components/Loading.tsx'
import { Sentence } from '../components/Sentence.tsx'
import { type Bar, barsOf } from '../view/savings.ts'

const height = 60
const width = 10

/** What a project has saved: each day as a bar, and hatched where nobody knows. */
export function Savings({ read: { answer, refused } }: { read: Read<SavingsAnswer> }) {
  const { words, reader } = useSurroundings()
  if (answer === undefined)
    return (
      <section class="card">
        <h3>{words.savings}</h3>
        <Loading refused={refused} />
      </section>
    )
  const { node_hours: saved, unknown_node_hours: unknown, amount, prices, days, projects } = answer
  const hours = (count: number) =>
    new Intl.NumberFormat(reader.language, { maximumFractionDigits: count < 1 ? 2 : count < 10 ? 1 : 0 }).format(count)
  const figures = words.nodeHours(hours(saved), days)
  return (
    <section class="card">
      <h3>{words.savings}</h3>
      <p>
        <b>{figures}</b>
        {amount !== undefined && prices && ` · ${money(amount, prices.currency, reader.language)}`}
        {unknown > 0 && <span class="soft"> · {words.unknownHours(hours(unknown))}</span>}
      </p>
      {saved + unknown > 0 && (
        <Chart bars={barsOf(answer)} label={`${figures}, ${words.unknownHours(hours(unknown))}`} />
      )}
      {prices && amount !== undefined && (
        <small>
          {words.priceKinds[prices.kind]} ({prices.source}). {words.reserved}
        </small>
      )}
      {projects[0]?.unread && (
        <small>
          <Sentence>{projects[0].unread}</Sentence>
        </small>
      )}
    </section>
  )
}

function Chart({ bars, label }: { bars: Bar[]; label: string }) {
  const most = Math.max(1, ...bars.map(({ saved, unknown }) => saved + unknown))
  const scaled = (hours: number) => (hours / most) * height
  return (
    <svg
      class="savings"
      viewBox={`0 0 ${bars.length * width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <pattern id="hatched" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="stripe" width="2" height="4" />
      </pattern>
      {bars.map(({ day, saved, unknown }, index) => (
        <g key={day}>
          <title>{`${day}: ${saved} / ${unknown}`}</title>
          <rect
            class="saved"
            x={index * width + 1}
            y={height - scaled(saved)}
            width={width - 2}
            height={scaled(saved)}
          />
          <rect
            fill="url(#hatched)"
            x={index * width + 1}
            y={height - scaled(saved) - scaled(unknown)}
            width={width - 2}
            height={scaled(unknown)}
          />
        </g>
      ))}
    </svg>
  )
}

const money = (amount: number, currency: string, language: string): string => {
  try {
    return new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount)
  } catch {
    // The setting takes any text for a currency.
    return `${amount} ${currency}`
  }
}
