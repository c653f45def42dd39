import type { Span } from '../view/nights.ts'

interface Labelled {
  spans: Span[]
  label: string
  /** Where now is, as a share of the strip. */
  now?: number | undefined
}

/** A time as a strip: asleep or awake. Its label says the same to those who do not see it. */
export function Strip({ spans, label, now }: Labelled) {
  return (
    <svg class="strip" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label={label}>
      {spans.map(({ state, from, to }) => (
        <rect key={from} class={state} x={from * 1000} width={(to - from) * 1000} height="12" />
      ))}
      {now !== undefined && now >= 0 && now <= 1 && (
        <line class="now" x1={now * 1000} x2={now * 1000} y1="0" y2="12" vector-effect="non-scaling-stroke" />
      )}
    </svg>
  )
}
