import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createRuns, millisecondsOf, type RunEnd } from '../../../shared/timers/runs.ts'

const hour = 60 * 60 * 1000
const aborted = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    if (signal.aborted) resolve(signal.reason)
    else signal.addEventListener('abort', () => resolve(signal.reason))
  })

/** A run that goes on until its work says so. */
function running(runs: ReturnType<typeof createRuns>, until: (end: RunEnd) => Promise<unknown>) {
  const steps: unknown[] = []
  const run = runs.run(async (end) => {
    void aborted(end.ending).then((why) => steps.push(why))
    void aborted(end.signal).then(() => steps.push('calls are cut off'))
    await until(end)
    steps.push('over')
  })
  return { run, steps }
}

describe('a host that stops', () => {
  test('ends the runs under way, and then closes', async () => {
    const runs = createRuns(hour, 'functionTimeout in host.json')
    const { steps } = running(runs, ({ ending }) => aborted(ending))
    expect(await runs.stop(async () => void steps.push('closed'))).toBe(true)
    expect(steps).toEqual(['the host stops', 'over', 'closed'])
  })

  test('cuts off the calls of a run that hangs', async () => {
    const runs = createRuns(hour, 'functionTimeout in host.json')
    const { steps } = running(runs, ({ signal }) => aborted(signal))
    expect(await runs.stop(async () => void steps.push('closed'))).toBe(true)
    expect(steps).toEqual(['the host stops', 'calls are cut off', 'over', 'closed'])
  })

  test('does not wait for a run that hears nothing', async () => {
    const runs = createRuns(hour, 'functionTimeout in host.json')
    const { promise, resolve } = Promise.withResolvers<void>()
    const { run } = running(runs, () => promise)
    expect(await runs.stop(async () => {})).toBe(false)
    resolve()
    await run
  })

  test('ends a run that begins later at once, and waits for none that has ended or failed', async () => {
    const runs = createRuns(hour, 'functionTimeout in host.json')
    await running(runs, async () => {}).run
    await expect(running(runs, () => Promise.reject(new Error('refused'))).run).rejects.toThrow('refused')
    expect(await runs.stop(async () => {})).toBe(true)
    const { run, steps } = running(runs, ({ ending }) => aborted(ending))
    await run
    expect(steps).toEqual(['the host stops', 'over'])
  })
})

describe('a run that takes as long as functionTimeout', () => {
  test('is ended before, and its calls are cut off a little later', async () => {
    const { run, steps } = running(createRuns(300, 'functionTimeout in host.json'), ({ signal }) => aborted(signal))
    await run
    expect(steps).toEqual([
      'it would take longer than functionTimeout in host.json allows',
      'calls are cut off',
      'over',
    ])
  })
})

test('functionTimeout is read from host.json', () => {
  const { functionTimeout } = JSON.parse(readFileSync(new URL('../../../host.json', import.meta.url), 'utf8'))
  expect(millisecondsOf(functionTimeout)).toBe(10 * 60 * 1000)
  expect(millisecondsOf('01:00:30')).toBe(hour + 30_000)
  expect(() => millisecondsOf('-1')).toThrow('functionTimeout in host.json is "-1", and not of the form hh:mm:ss')
})
