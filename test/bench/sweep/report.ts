import { median, table } from '../figures.ts'
import { ticks } from './idleTicks.ts'
import { countOf, type Measured } from './measured.ts'
import type { LayoutRuns } from './rounds.ts'

/** The figures of all runs of one contender: the medians of the times, the largest of the counts. */
export interface Figures {
  runs: number
  wallMs: number
  cpuMs: number
  requests: number
  byVerb: Record<string, number>
  conflicts: number
  throttled: number
  peakRssMb: number
}

export interface LayoutFigures {
  namespaces: number
  sweep: Figures
  bestConcurrency: number
  loop: Record<number, Figures>
  kubectl: Figures
  rateRatio: number
  cpuRatio: number
}

export function figuresOf(runs: Measured[]): Figures {
  const largest = runs.toSorted((a, b) => countOf(b) - countOf(a))[0]
  const max = (of: (run: Measured) => number) => Math.max(...runs.map(of))
  return {
    runs: runs.length,
    wallMs: median(runs.map(({ wallMs }) => wallMs)),
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    requests: max(countOf),
    byVerb: largest?.requests ?? {},
    conflicts: max(({ conflicts }) => conflicts),
    throttled: max(({ throttled }) => throttled),
    peakRssMb: max(({ peakRssMb }) => peakRssMb),
  }
}

/** The figures of a layout; the best concurrency is the one that the later rounds used. */
export function layoutFiguresOf({ namespaces, sweep, loop, kubectl }: LayoutRuns, scaledUp: number): LayoutFigures {
  const loops = [...loop].map(([concurrency, runs]) => ({ concurrency, figures: figuresOf(runs) }))
  const [best] = loops.toSorted((a, b) => b.figures.runs - a.figures.runs || a.figures.wallMs - b.figures.wallMs)
  if (best === undefined) throw new Error('the loop did not run')
  const ours = figuresOf(sweep)
  const bestRuns = loop.get(best.concurrency) ?? []
  // Within a round the load of the machine was the same for both.
  const medianOfRounds = (ratio: (round: number) => number) => median(sweep.map((_, round) => ratio(round)))
  return {
    namespaces,
    sweep: ours,
    bestConcurrency: best.concurrency,
    loop: Object.fromEntries(loops.map(({ concurrency, figures }) => [concurrency, figures])),
    kubectl: timesAsMany(figuresOf(kubectl), scaledUp),
    rateRatio: medianOfRounds((round) => (bestRuns[round]?.wallMs ?? 0) / (sweep[round]?.wallMs ?? 0)),
    cpuRatio: medianOfRounds((round) => (sweep[round]?.cpuMs ?? 0) / (bestRuns[round]?.cpuMs ?? 0)),
  }
}

const timesAsMany = (figures: Figures, times: number): Figures => ({
  ...figures,
  wallMs: figures.wallMs * times,
  cpuMs: figures.cpuMs * times,
  requests: Math.round(figures.requests * times),
  byVerb: Object.fromEntries(Object.entries(figures.byVerb).map(([verb, count]) => [verb, Math.round(count * times)])),
})

/** The table of one layout, with the targets beside the results. */
export function layoutReport(layout: LayoutFigures, deployments: number, scaledUp: number): string {
  const { sweep, loop, kubectl, bestConcurrency } = layout
  const row = (name: string, figures: Figures): string[] => [
    name,
    (figures.wallMs / 1000).toFixed(2),
    (deployments / (figures.wallMs / 1000)).toFixed(0),
    (figures.cpuMs / 1000).toFixed(2),
    String(figures.requests),
    Object.entries(figures.byVerb)
      .map(([verb, count]) => `${count} ${verb}`)
      .join(' '),
    String(figures.conflicts),
    String(figures.throttled),
    String(figures.runs),
  ]
  const heads = ['wall s', 'per s', 'client CPU s', 'requests', 'by verb', 'conflicts', '429s', 'runs']
  const rows = [
    [`${deployments} Deployments in ${layout.namespaces} namespace${layout.namespaces === 1 ? '' : 's'}`, ...heads],
    row('our sweep', sweep),
    ...Object.entries(loop).map(([at, figures]) =>
      row(`bare loop at ${at}${Number(at) === bestConcurrency ? ' (the best)' : ''}`, figures),
    ),
    row(`kubectl scale --all${scaledUp === 1 ? '' : ` (x ${scaledUp.toFixed(0)})`}`, kubectl),
  ]
  return (
    `${table(rows)}\n` +
    `rate, as a share of the best loop's: ${layout.rateRatio.toFixed(2)} (at least 0.8)\n` +
    `client CPU, as a multiple of the best loop's: ${layout.cpuRatio.toFixed(2)} (limit: 1.6)\n` +
    `requests in addition to one for each workload: ${sweep.requests - deployments}, with ${sweep.conflicts} conflicts ` +
    `(target: near the ${sweep.byVerb.list ?? 0} LISTs of its pages)\n\n`
  )
}

export function unfriendlyReport(unfriendly: Figures, quietMs: number): string {
  return (
    `one second after a scale-up of all: ${(unfriendly.wallMs / 1000).toFixed(2)} s, every workload at zero, at most ` +
    `${unfriendly.conflicts} conflicts; ${(unfriendly.wallMs / quietMs).toFixed(2)} times the quiet time (limit: 2)\n\n`
  )
}

/** The table of one idle tick of the timers, while all workloads are awake and while all are asleep. */
export function idleReport({ awake, asleep }: { awake: Measured; asleep: Measured }, kinds: number): string {
  const row = (name: string, measured: Measured) => [
    name,
    String(countOf(measured) / ticks),
    (measured.wallMs / ticks).toFixed(0),
    (measured.cpuMs / ticks).toFixed(0),
    measured.rssGrowthMb.toFixed(1),
    measured.peakRssMb.toFixed(0),
  ]
  const rows = [
    ['an idle tick of the three timers', 'requests', 'wall ms', 'CPU ms', `MB more after ${ticks} ticks`, 'peak MB'],
    row('all workloads awake', awake),
    row('all workloads asleep', asleep),
  ]
  return `${table(rows)}limit of the requests: ${2 + kinds}, and 1 of the timer that verifies the nodes\n`
}
