import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { readConfig } from '../../../shared/config.ts'
import type { TickResult } from '../../../shared/scaling/index.ts'
import { runTick } from '../../../shared/timers/tick.ts'
import type { TimerServices } from '../../../shared/timers/timer.ts'

const nothing: TickResult = {
  project: 'a',
  due: 'none',
  transition: undefined,
  why: undefined,
  outcomes: [],
  left: [],
  isLate: false,
  putBacks: [],
  faults: [],
  error: undefined,
}
const at = new Date('2026-11-22T22:00:00Z')

/** The log lines of a tick with these results, and its failures. */
async function logOf(...results: Partial<TickResult>[]) {
  const lines: Record<string, unknown>[] = []
  const logger = pino({ base: undefined, timestamp: false }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const schedule = '0 */5 * * * *'
  const services = { config: readConfig({}), logger, scaling: { now: () => at }, schedule } as unknown as TimerServices
  const ending = AbortSignal.abort('the host stops')
  const { failures } = await runTick(services, { ending, signal: ending }, async () =>
    results.map((result) => ({ ...nothing, ...result })),
  )
  return { lines, failures }
}

test.each(['scale-down', 'scale-up'] as const)('a sweep is logged with its transition: a %s', async (action) => {
  const { lines } = await logOf({ due: 'apply', transition: { action, at } })
  expect(lines).toEqual([{ level: 30, project: 'a', action, transition: '2026-11-22T22:00:00.000Z', msg: 'swept' }])
})

test('a scale-down that is left out is logged with the time at which it was due', async () => {
  const why = 'it is 130 minutes late'
  const { lines } = await logOf({ due: 'skip', transition: { action: 'scale-down', at }, why })
  expect(lines).toMatchObject([{ level: 40, action: 'scale-down', transition: '2026-11-22T22:00:00.000Z', why }])
})

test('a new project that could not be recorded fails the run, and is not logged as seen', async () => {
  expect(await logOf({ due: 'record' })).toMatchObject({ lines: [{ msg: expect.stringContaining('first time') }] })
  expect(await logOf({ due: 'record', error: 'forbidden' })).toEqual({
    lines: [],
    failures: ['project a: forbidden'],
  })
})

test('a run that ends early tells what it leaves and why, and does not fail', async () => {
  const named = { kind: 'Deployment' as const, namespace: 'a', name: 'web' }
  const transition = { action: 'scale-down' as const, at }
  const about = { level: 40, action: 'scale-down', transition: '2026-11-22T22:00:00.000Z', why: 'the host stops' }
  const msg = 'the run ends early and leaves the rest to the next one'
  const { lines, failures } = await logOf(
    { due: 'apply', transition, left: [named, { ...named, kind: 'CronJob', name: '*' }] },
    { project: 'b', due: 'apply', transition, left: [{ ...named, name: '*' }] },
  )
  expect(lines.filter((line) => line.msg === msg)).toEqual([
    { ...about, project: 'a', workloads: 1, msg },
    { ...about, project: 'b', msg },
  ])
  expect(failures).toEqual([])
})

test('a project that was put back is logged with who did it, as a metric', async () => {
  const by = { kind: 'machine' as const, who: 'Helm ("helm")', remedy: 'upgrade by day' }
  const raised = Array.from({ length: 30 }, (_, index) => ({
    ref: { kind: 'Deployment' as const, namespace: 'project-a', name: `app-${index}` },
    replicas: 2,
    by,
  }))
  const found = { project: 'a', transition: { action: 'scale-down' as const, at }, minutes: 5, raised }
  const { lines } = await logOf({ putBacks: [found] })
  expect(lines).toMatchObject([
    {
      level: 40,
      msg: 'project_put_back',
      project: 'a',
      minutes: 5,
      raised: 30,
      why: [
        'Deployment project-a/app-0 (2), Deployment project-a/app-1 (2), Deployment project-a/app-2 (2), ' +
          'Deployment project-a/app-3 (2), Deployment project-a/app-4 (2) and 25 more woken by Helm ("helm"): upgrade by day',
      ],
    },
  ])
  expect(lines[0]?.workloads).toHaveLength(20)
})
