import { expect, test } from '@jest/globals'
import type { Observation } from '../../../shared/scaling/index.ts'
import { createTelemetry, type TelemetryItem, tellObserved } from '../../../shared/telemetry/index.ts'

/** The items that come of an observation. */
async function toldOf(observed: Observation): Promise<TelemetryItem[]> {
  const sent: TelemetryItem[] = []
  const telemetry = createTelemetry({
    load: async () => ({ send: async (items) => void sent.push(...items) }),
    now: () => 0,
    operation: () => undefined,
    warn: () => {},
  })
  tellObserved(telemetry, observed)
  await telemetry.flush(60_000)
  return sent
}

const ref = { kind: 'StatefulSet' as const, namespace: 'n', name: 'w' }
const scaled = { what: 'scaled' as const, project: 'a', ref, actor: 'team-a', reason: 'why' }

test.each([
  ['ScaleToZero', { ...scaled, from: 3, to: 0 }],
  ['ScaleUp', { ...scaled, from: 0, to: 3 }],
  ['ScaleUp', { ...scaled, from: 1, to: 3 }],
] as const)('%s tells which workload, from how many replicas to how many, by whom and why', async (name, observed) => {
  expect(await toldOf(observed)).toMatchObject([
    {
      type: 'event',
      name,
      properties: { project: 'a', namespace: 'n', kind: 'StatefulSet', workload: 'w', actor: 'team-a', reason: 'why' },
      measurements: { replicas_before: observed.from, replicas_after: observed.to },
    },
  ])
})

test('a sweep is a metric, and an event as well when something failed, with the first three failures', async () => {
  const swept = { what: 'swept' as const, project: 'a', action: 'scale-down' as const, seconds: 1.5 }
  const metric = {
    type: 'metric',
    name: 'sweep_duration',
    value: 1.5,
    properties: { project: 'a', action: 'scale-down' },
  }
  expect(await toldOf({ ...swept, failures: [] })).toEqual([metric])
  expect(await toldOf({ ...swept, failures: ['one', 'two', 'three', 'four'] })).toMatchObject([
    metric,
    {
      name: 'SweepFailed',
      properties: { project: 'a', action: 'scale-down', reason: 'one; two; three' },
      measurements: { failed: 4 },
    },
  ])
})

test('nodes that are held are told with each cause', async () => {
  const held = { what: 'nodes-held' as const, project: 'a', minutes: 20, nodes: 2, blockers: ['one', 'two'] }
  expect(await toldOf(held)).toMatchObject([
    { name: 'NodesHeld', properties: { project: 'a', blockers: 'one; two' }, measurements: { minutes: 20, nodes: 2 } },
  ])
})

test('a project that was put back is told with who did it and what to do', async () => {
  const observed = {
    what: 'put-back' as const,
    project: 'a',
    minutes: 5,
    by: ['Argo CD', 'Flux'],
    sentences: ['one', 'two'],
  }
  expect(await toldOf(observed)).toMatchObject([
    {
      name: 'PutBack',
      properties: { project: 'a', actor: 'Argo CD; Flux', reason: 'one; two' },
      measurements: { minutes: 5 },
    },
  ])
})

test('a value that cannot be used is told with its key and its sentence', async () => {
  const fault = { key: 'timeZone', message: 'no such place' }
  expect(await toldOf({ what: 'fault', project: 'a', fault })).toMatchObject([
    { name: 'Fault', properties: { project: 'a', key: 'timeZone', reason: 'no such place' } },
  ])
})
