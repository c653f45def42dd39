import { test } from '@jest/globals'
import fc from 'fast-check'
import { createHolidays } from '../../../../../shared/holidays/index.ts'
import {
  applyDueTransitions,
  type Cluster,
  calendarOf,
  type Namespace,
  type ProjectSettings,
  resolveProjects,
  type Scaling,
} from '../../../../../shared/scaling/index.ts'
import { type PlannedTransition, readDaysOff } from '../../../../../shared/schedule/index.ts'
import { scalingOn } from '../../scalingOn.ts'

// FUZZ_RUNS=2000 npm test -- --testPathPatterns tick/calendar
const numRuns = Number(process.env.FUZZ_RUNS ?? 25)
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
const msForEach = 5000

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const weeks = 2
const key = (name: string) => `aks-scale-to-zero/${name}`

/** Namespaces that are kept in memory, as the API server keeps them. Nothing runs in them: what is due is in question. */
function namespacesAlone(): {
  cluster: Cluster
  annotate(name: string, changes: Record<string, string | undefined>): void
} {
  const namespaces = new Map<string, Namespace>()
  for (const name of ['project-a', 'scale-system'])
    namespaces.set(name, { name, uid: name, resourceVersion: '1', createdAt: '', annotations: {}, labels: {} })
  const annotate = (name: string, changes: Record<string, string | undefined>) => {
    const old = namespaces.get(name) as Namespace
    const annotations = Object.fromEntries(
      Object.entries({ ...old.annotations, ...changes }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    )
    namespaces.set(name, { ...old, annotations, resourceVersion: String(Number(old.resourceVersion) + 1) })
  }
  const part: Partial<Cluster> = {
    listNamespaces: async () => [...namespaces.values()],
    findNamespace: async (name) => namespaces.get(name),
    annotateNamespace: async (name, changes) => annotate(name, changes),
    listWorkloads: async () => [],
    createEvent: async () => {},
  }
  return { cluster: part as Cluster, annotate }
}

const cron = fc
  .tuple(
    fc.integer({ min: 0, max: 59 }),
    fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 23 }).map(String) },
      { weight: 1, arbitrary: fc.constant('*/6') },
    ),
    fc.constantFrom('*', 'MON-FRI', 'SUN', 'SAT#1'),
  )
  .map(([minute, hour, day]) => `${minute} ${hour} * * ${day}`)
const lines = (minLength: number) => fc.array(cron, { minLength, maxLength: 2 })
const zones = ['UTC', 'Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago']
// Most of them have a change of clocks in the two weeks.
const starts = ['2026-03-02', '2026-03-20', '2026-03-28', '2026-08-30', '2026-10-20', '2026-11-01', '2026-12-25']

/** What somebody does to the project at a moment of its weeks. */
const edit = fc.record({
  atMinutes: fc.integer({ min: 1, max: weeks * 7 * 24 * 60 }),
  what: fc.constantFrom(
    'awake-until',
    'asleep-until',
    'skip',
    'days-off',
    'suspend',
    'suspend all',
    'exclude-until',
    'exclude',
    'holidays',
    'enforce',
    'garbage',
  ),
  /** An end, or a time, so many minutes later; it may be past. */
  inMinutes: fc.integer({ min: -120, max: 3 * 24 * 60 }),
  isTakenBack: fc.boolean(),
  /** Which of the transitions ahead is skipped. */
  nth: fc.integer({ min: 0, max: 5 }),
})
const outage = fc.record({
  fromMinutes: fc.integer({ min: 60, max: weeks * 7 * 24 * 60 }),
  minutes: fc.integer({ min: 10, max: 2 * 24 * 60 }),
})
const story = fc.record({
  scaleDown: lines(0),
  scaleUp: lines(1),
  timeZone: fc.constantFrom(...zones),
  daysOff: fc.constantFrom('', '2026-03-06..2026-03-09 Founding; 2026-03-29; 2026-11-03..2026-11-05; 2027-01-01'),
  start: fc.constantFrom(...starts),
  tickMinutes: fc.constantFrom(20, 30, 60),
  edits: fc.array(edit, { maxLength: 8 }),
  outages: fc.array(outage, { maxLength: 2 }),
})

type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never

/** The annotations that an edit writes, and where. */
function annotationsOf({ what, inMinutes, isTakenBack }: Edit, now: Date, skipped: Date | undefined) {
  const time = new Date(now.getTime() + inMinutes * minuteMs)
  const home = (name: string, value: string) => ({
    namespace: 'project-a',
    changes: { [key(name)]: isTakenBack ? undefined : value },
  })
  switch (what) {
    case 'suspend all':
      return { ...home('suspend', time.toISOString()), namespace: 'scale-system' }
    case 'suspend':
      return home('suspend', inMinutes < 0 ? 'true' : time.toISOString())
    case 'skip':
      return home('skip', (skipped ?? time).toISOString())
    case 'days-off':
      return home(
        'days-off',
        `${time.toISOString().slice(0, 10)}..${new Date(time.getTime() + dayMs).toISOString().slice(0, 10)}`,
      )
    case 'holidays':
      return home('holidays', inMinutes < 60 ? 'JP' : 'DE-BY')
    case 'enforce':
    case 'exclude':
      return home(what, 'true')
    case 'garbage':
      return home('skip', 'next friday')
    default:
      return home(what, time.toISOString())
  }
}

/**
 * The transition that a tick must apply or leave out: the newest of those that the calendar has until then. They are taken
 * out of it.
 */
function takeExpected(calendar: PlannedTransition[], until: Date): string {
  let newest: PlannedTransition | undefined
  for (let first = calendar[0]; first !== undefined && first.at <= until; first = calendar[0]) {
    calendar.shift()
    if (first.acts || isMissed(first)) newest = first
  }
  if (newest === undefined) return 'none'
  const { action, at, wantedAt = at } = newest
  const text = `${action} ${at.toISOString()}`
  if (isMissed(newest)) return `skip ${text}`
  const lateMs = until.getTime() - wantedAt.getTime()
  if (action === 'scale-up' || lateMs <= 120 * minuteMs) return `apply ${text}`
  const next = calendar.find((one) => one.acts && one.action === 'scale-up')
  return next !== undefined && next.at.getTime() - until.getTime() > 120 * minuteMs ? `apply ${text}` : `skip ${text}`
}

/** Left out, and remembered as done. */
const isMissed = ({ acts, because }: PlannedTransition): boolean => !acts && /exclude|minutes late/.test(because)

async function tell({
  scaleDown,
  scaleUp,
  timeZone,
  daysOff,
  start,
  tickMinutes,
  edits,
  outages,
}: typeof story extends fc.Arbitrary<infer Value> ? Value : never) {
  const { cluster, annotate } = namespacesAlone()
  const settings: ProjectSettings = { name: 'a', namespaces: ['project-a'], scaleDown, scaleUp, timeZone }
  let now = new Date(start)
  const begin = now.getTime()
  const scaling: Scaling = scalingOn(cluster, {
    now: () => now,
    daysOff: readDaysOff(daysOff, 'DAYS_OFF').daysOff,
    holidaysOf: createHolidays(() => now),
  })
  const tickMs = tickMinutes * minuteMs
  const wholeCalendar = async () => {
    const [project] = resolveProjects([settings], await cluster.listNamespaces(), { ...scaling, now })
    if (project === undefined) throw new Error('there is no project')
    // A first Saturday of the month may be a holiday, and a tick looks as far as to the next one.
    return calendarOf(project, { now, days: 92, tickMs })
  }
  const calendar = async (): Promise<PlannedTransition[]> => (await wholeCalendar()).transitions
  const tick = async (): Promise<string> => {
    const done: string[] = []
    for (const action of ['scale-down', 'scale-up'] as const) {
      const [result] = await applyDueTransitions(scaling, action, { projects: [settings], dryRun: false, tickMs })
      if (result?.error !== undefined) throw new Error(result.error)
      const { due, transition } = result ?? {}
      if (due === 'enforce' && (await wholeCalendar()).intervals.find(({ to }) => to > now)?.state !== 'asleep')
        throw new Error(`at ${now.toISOString()} the tick enforced a night that the calendar does not have`)
      if (due === 'apply' || due === 'skip') done.push(`${due} ${transition?.action} ${transition?.at.toISOString()}`)
    }
    return done.join(', ') || 'none'
  }

  await tick()
  // The calendar in force tells the newest: what it had before an edit does not count after it.
  let said = await calendar()
  const ahead = edits.toSorted((a, b) => a.atMinutes - b.atMinutes)
  for (let ms = begin + tickMs; ms <= begin + weeks * 7 * dayMs; ms += tickMs) {
    for (let next = ahead[0]; next !== undefined && begin + next.atMinutes * minuteMs <= ms; next = ahead[0]) {
      ahead.shift()
      now = new Date(begin + next.atMinutes * minuteMs)
      const skipped = said.filter(({ at }) => at > now)[next.nth]?.at
      const { namespace, changes } = annotationsOf(next, now, skipped)
      annotate(namespace, changes)
      said = await calendar()
    }
    const isOut = outages.some(({ fromMinutes, minutes }) => {
      const from = begin + fromMinutes * minuteMs
      return from <= ms && ms < from + minutes * minuteMs
    })
    if (isOut) continue
    now = new Date(ms)
    const [done, expected] = [await tick(), takeExpected(said, now)]
    if (done !== expected)
      throw new Error(`at ${now.toISOString()} the ticks did ${done}, and the calendar had said ${expected}`)
  }
}

test(
  'what the ticks apply in two weeks is what the calendar had said, whatever people and outages do',
  async () => {
    if (process.env.FUZZ_RUNS !== undefined) process.stderr.write(`seed ${seed}, ${numRuns} runs\n`)
    await fc.assert(fc.asyncProperty(story, tell), { numRuns, seed })
  },
  numRuns * msForEach,
)
