import { kindNames } from '../../cluster/kinds.ts'
import { type Entry, entryOf, lineOf } from './entry.ts'
import { lineOfNight, type Night, nightOf } from './nights.ts'

/** What is kept of a project's past, on one ConfigMap of its home. It is told, and decides nothing. */
export interface History {
  /** By time, the oldest first. */
  entries: Entry[]
  /** The replicas that each sleeping workload had, such as `Deployment project-a/web`, until the project wakes. */
  asleep: Map<string, number>
  /** What was seen of the project's nodes, by time, the oldest first. */
  nights: Night[]
}

/** The name of the ConfigMap. */
export const historyName = 'aks-scale-to-zero-history'

// Together far below the 1 MiB of an object, as a character has three bytes at most. The oldest go first.
const mostEntries = 400
const mostCharacters = 200_000
const mostAsleep = 1000
const mostSleepersCharacters = 80_000
const mostNightsCharacters = 70_000
// A line of an object that somebody has edited may be of any length, and so may their number.
const longestLine = 4096
const mostLines = 2000

/** The keys of the ConfigMap. */
export const historyKeys = { entries: 'entries.jsonl', asleep: 'asleep.txt', nights: 'nights.jsonl' } as const

/** Reads the texts of the ConfigMap. A line that nobody here has written counts for nothing. */
export function readHistory(data: Record<string, string>): History {
  return {
    entries: linesOf(data[historyKeys.entries]).flatMap((line) => entryOf(line) ?? []),
    asleep: new Map(linesOf(data[historyKeys.asleep]).flatMap(sleeperOf)),
    nights: linesOf(data[historyKeys.nights]).flatMap((line) => nightOf(line) ?? []),
  }
}

/** The texts of the ConfigMap, one line for each entry, each sleeper and each night. */
export const writeHistory = ({ entries, asleep, nights }: History): Record<string, string> => ({
  [historyKeys.entries]: textOf(newest(entries.map(lineOf), mostCharacters)),
  [historyKeys.asleep]: textOf([...keptOf(asleep)].map(sleeperLine)),
  [historyKeys.nights]: textOf(newest(nights.map(lineOfNight), mostNightsCharacters)),
})

const textOf = (lines: string[]): string => lines.map((line) => `${line}\n`).join('')

const sleeperLine = ([name, replicas]: [string, number]): string => `${replicas} ${name}`

/** The newest of the sleepers, as many as are kept. */
function keptOf(asleep: Map<string, number>): Map<string, number> {
  const sleepers = [...asleep].slice(-mostAsleep)
  const { length } = newest(sleepers.map(sleeperLine), mostSleepersCharacters)
  return new Map(sleepers.slice(sleepers.length - length))
}

/** The last lines that have together so many characters at most. */
function newest(lines: string[], characters: number): string[] {
  let left = characters
  const first = lines.findLastIndex((line) => {
    left -= line.length + 1
    return left < 0
  })
  return lines.slice(first + 1)
}

/** The history with one entry more. A further attempt of the same transition is counted into the entry of the first. */
export function withEntry(history: History, entry: Entry): History {
  const before = history.entries.find((one) => isSameTransition(one, entry))
  const others = history.entries.filter((one) => one !== before)
  const entries = [...others, before === undefined ? entry : joined(before, entry)]
  return { ...history, entries: entries.sort((a, b) => a.at.getTime() - b.at.getTime()).slice(-mostEntries) }
}

/** The history with these workloads asleep, the newest of all. */
export const withSleepers = (history: History, slept: Map<string, number>): History => ({
  ...history,
  asleep: keptOf(new Map([...history.asleep, ...slept])),
})

/** The history with these workloads awake. */
export function withoutSleepers(history: History, woken: Iterable<string>): History {
  const asleep = new Map(history.asleep)
  for (const name of woken) asleep.delete(name)
  return { ...history, asleep }
}

/** The history with a sweep that put these workloads to zero. Its entry says how many replica counts went for want of room. */
export function withScaleDown(history: History, entry: Swept, slept: Map<string, number>): History {
  const asleep = new Map([...history.asleep, ...slept])
  const kept = keptOf(asleep)
  const uncounted = asleep.size - kept.size
  return withEntry({ ...history, asleep: kept }, uncounted === 0 ? entry : { ...entry, uncounted })
}

/** An entry of a sweep. */
export type Swept = Extract<Entry, { what: 'scale-down' | 'scale-up' }>

const isSwept = (entry: Entry): entry is Swept => entry.what === 'scale-down' || entry.what === 'scale-up'

const isSameTransition = (one: Entry, other: Entry): boolean =>
  one.what === other.what && transitionOf(one) !== undefined && transitionOf(one) === transitionOf(other)

const transitionOf = (entry: Entry): number | undefined =>
  'transition' in entry ? entry.transition?.getTime() : undefined

/** What changed adds up, and what failed is what still does. What two hosts have seen is what the first has. */
function joined(before: Entry, after: Entry): Entry {
  if (!isSwept(before) || !isSwept(after)) return before
  const changed = (before.results.changed ?? 0) + (after.results.changed ?? 0)
  const uncounted = (before.uncounted ?? 0) + (after.uncounted ?? 0)
  return {
    ...after,
    at: before.at,
    results: { ...after.results, ...(changed > 0 && { changed }) },
    ...(uncounted > 0 && { uncounted }),
  }
}

const linesOf = (text = ''): string[] =>
  text.split('\n', mostLines).filter((line) => line !== '' && line.length <= longestLine)

const sleeperForm = new RegExp(`^(\\d{1,4}) ((?:${kindNames.join('|')}) [\\w.-]+/[\\w.-]+)$`)

const sleeperOf = (line: string): [string, number][] => {
  const [, replicas, name] = sleeperForm.exec(line) ?? []
  return name === undefined ? [] : [[name, Number(replicas)]]
}
