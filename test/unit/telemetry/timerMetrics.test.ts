import { expect, test } from '@jest/globals'
import type { Observation } from '../../../shared/scaling/index.ts'
import { createMetrics } from '../../../shared/telemetry/index.ts'

/** The lines of the metrics of this name, after these observations. */
async function linesAfter(name: string, observations: Observation[]) {
  const metrics = createMetrics()
  for (const observation of observations) metrics.observed(observation)
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(name))
}

const nodes = (...counts: number[]): Observation => ({
  what: 'nodes',
  projects: counts.map((count, project) => ({ project: String(project), nodes: count })),
})
const swept = (action: 'scale-down' | 'scale-up'): Observation => ({
  what: 'swept',
  project: 'a',
  action,
  seconds: 2,
  failures: [],
})

test('the nodes of a sleeping project are a value until they are gone, or it was woken by any host', async () => {
  expect(await linesAfter('nodes_of_sleeping_projects', [nodes(3, 2), nodes(1)])).toEqual([
    'nodes_of_sleeping_projects{project="0"} 1',
  ])
  expect(await linesAfter('nodes_of_sleeping_projects', [nodes(3), nodes()])).toEqual([])
})

test('the counts of timers that run in this host begin at 0, and those of others are not there', async () => {
  const metrics = createMetrics()
  const counts = async () =>
    (await metrics.text()).split('\n').filter((line) => /^(timer_run.*_count|schedule)/.test(line))
  expect(await counts()).toEqual([])
  metrics.timersRun(['nightlyScaleDown'])
  expect(await counts()).toEqual([
    'timer_run_duration_seconds_count{timer="nightlyScaleDown",result="succeeded"} 0',
    'timer_run_duration_seconds_count{timer="nightlyScaleDown",result="failed"} 0',
    ...['scale-down', 'scale-up'].flatMap((action) =>
      ['applied', 'skipped', 'failed'].map(
        (outcome) => `schedule_transitions_total{action="${action}",outcome="${outcome}"} 0`,
      ),
    ),
  ])
})

test.each<[string, Observation, string]>([
  ['sweep_duration_seconds_sum', swept('scale-down'), 'sweep_duration_seconds_sum{action="scale-down"} 2'],
  ['workloads_asleep', { what: 'asleep', workloads: 7 }, 'workloads_asleep 7'],
  [
    'nodes_gone_duration_seconds_sum',
    { what: 'nodes-gone', project: 'a', minutes: 4 },
    'nodes_gone_duration_seconds_sum 240',
  ],
  [
    'projects_put_back_total',
    { what: 'put-back', project: 'a', minutes: 5, by: ['Argo CD'], sentences: [] },
    'projects_put_back_total{project="a"} 1',
  ],
])('%s', async (name, observation, line) => {
  expect(await linesAfter(name, [observation])).toEqual([line])
})

test('what nobody can know of a timer has no value', async () => {
  const metrics = createMetrics()
  const known = {
    timer: 'nightlyScaleDown',
    lastRun: new Date(60_000),
    by: 'a',
    everySeconds: 300,
    silent: false,
  } as const
  const unknown = { timer: 'scheduledScaleUp', lastRun: undefined, by: undefined, everySeconds: undefined } as const
  metrics.heartbeats(async () => [
    { ...known, fault: undefined },
    { ...unknown, silent: undefined, fault: 'there is no Lease' },
  ])
  const text = await metrics.text()
  expect(text.split('\n').filter((line) => /^timer_(last|interval|silent)/.test(line))).toEqual([
    'timer_last_run_timestamp_seconds{timer="nightlyScaleDown"} 60',
    'timer_interval_seconds{timer="nightlyScaleDown"} 300',
    'timer_silent{timer="nightlyScaleDown"} 0',
  ])
})
