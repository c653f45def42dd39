import { expect, test } from '@jest/globals'
import {
  createTelemetry,
  type Sender,
  type TelemetryItem,
  type TelemetryOptions,
} from '../../../shared/telemetry/index.ts'

/** Telemetry whose sender the test plays; it tells what was warned of. */
function telemetryTo(send: Sender['send'], options: Partial<TelemetryOptions> = {}) {
  const warned: string[] = []
  let loads = 0
  let tell: (why: string | undefined) => void = () => {}
  const telemetry = createTelemetry({
    async load(problem) {
      loads += 1
      tell = problem
      return { send }
    },
    now: () => 1000,
    operation: () => ({ name: 'nightlyScaleDown', traceParent: 'the-traceparent' }),
    warn: (message) => void warned.push(message),
    ...options,
  })
  return { telemetry, warned, loads: () => loads, problem: (why?: string) => tell(why) }
}

/** A sender that keeps what it gets. */
function keeping() {
  const sent: TelemetryItem[] = []
  const send = async (items: TelemetryItem[]) => void sent.push(...items)
  return { sent, send }
}

const call = { method: 'GET', url: 'https://api/nodes', status: 200, error: undefined, seconds: 0.5 }
const fault = { project: 'a', key: 'scaleDown', reason: 'no cron line' }

test('an item goes out with its operation, numbers as measurements, and without what does not apply', async () => {
  const { sent, send } = keeping()
  const { telemetry } = telemetryTo(send)
  telemetry.event('Tick', { function: 'x', duration: 1.5, changed: 2, failed: 0, dry_run: true })
  telemetry.event('SweepFailed', { project: undefined, action: 'scale-up', failed: 1, reason: 'no' })
  telemetry.metric('nodes_of_sleeping_projects', 3, { project: 'a' })
  telemetry.dependency(call)
  await telemetry.flush(60_000)
  const operation = { name: 'nightlyScaleDown', traceParent: 'the-traceparent' }
  expect(sent).toEqual([
    {
      type: 'event',
      name: 'Tick',
      at: 1000,
      operation,
      properties: { function: 'x', dry_run: 'true' },
      measurements: { duration: 1.5, changed: 2, failed: 0 },
    },
    {
      type: 'event',
      name: 'SweepFailed',
      at: 1000,
      operation,
      properties: { action: 'scale-up', reason: 'no' },
      measurements: { failed: 1 },
    },
    { type: 'metric', name: 'nodes_of_sleeping_projects', value: 3, properties: { project: 'a' } },
    { type: 'dependency', startedAt: 500, operation, ...call },
  ])
})

test('the sender is loaded when something is first sent, and once', async () => {
  const { send } = keeping()
  const { telemetry, loads } = telemetryTo(send)
  for (let item = 0; item < 100; item++) telemetry.event('Fault', fault)
  await telemetry.flush(0)
  await telemetry.flush(60_000)
  telemetry.event('Fault', fault)
  await telemetry.flush(60_000)
  expect(loads()).toBe(1)
})

test('nothing is loaded where there is nothing to send', async () => {
  const { telemetry, loads } = telemetryTo(async () => {})
  await telemetry.flush(60_000)
  telemetry.sendSoon()
  expect(loads()).toBe(0)
})

test('a flush ends at its limit when the sender hangs, and the next one asks the sender nothing more', async () => {
  const batches: TelemetryItem[][] = []
  const { telemetry } = telemetryTo((items) => {
    batches.push(items)
    return new Promise<never>(() => {})
  })
  telemetry.event('Fault', fault)
  await telemetry.flush(1)
  telemetry.event('Fault', fault)
  await telemetry.flush(1)
  expect(batches.map(({ length }) => length)).toEqual([1])
})

test('the queue is bounded, and lost items are counted once that can be told', async () => {
  let letThrough = () => {}
  const held = new Promise<void>((resolve) => {
    letThrough = resolve
  })
  const { sent, send } = keeping()
  const hangsFirst = async (items: TelemetryItem[]) => {
    await held
    await send(items)
  }
  const { telemetry, warned } = telemetryTo(hangsFirst, { maxWaiting: 1000 })
  telemetry.event('Fault', fault)
  await telemetry.flush(1)
  for (let item = 0; item < 1500; item++) telemetry.event('Fault', fault)
  letThrough()
  await telemetry.flush(60_000)
  expect(sent).toHaveLength(1001)
  expect(warned).toEqual([expect.stringMatching(/lost.*: 500 items/)])
})

test('more than the queues of the client take goes out in parts', async () => {
  const sizes: number[] = []
  const { telemetry } = telemetryTo(async ({ length }) => void sizes.push(length))
  for (let item = 0; item < 1200; item++) telemetry.dependency(call)
  await telemetry.flush(60_000)
  expect(sizes).toEqual([500, 500, 200])
})

test('a problem is warned of when it is new, and again after it was over', async () => {
  const { send } = keeping()
  const { telemetry, warned, problem } = telemetryTo(send)
  telemetry.event('Fault', fault)
  await telemetry.flush(60_000)
  for (const why of ['closed', 'closed', undefined, 'closed']) problem(why)
  expect(warned).toEqual(['closed', 'closed'])
})

test('a sender that cannot be loaded fails nobody, and is not tried again', async () => {
  let loads = 0
  const load = () => {
    loads += 1
    return Promise.reject(new Error('no such file'))
  }
  const { telemetry, warned } = telemetryTo(async () => {}, { load })
  telemetry.event('Fault', fault)
  await telemetry.flush(60_000)
  telemetry.event('Fault', fault)
  await telemetry.flush(60_000)
  expect({ warned, loads }).toEqual({ warned: ['Telemetry cannot be sent: no such file'], loads: 1 })
})
