import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { ScalingError } from '../../../shared/scaling/index.ts'
import { failIfAny, toFailedRun } from '../../../shared/timers/failedRun.ts'

function failedRunOf(error: unknown) {
  const lines: { msg: string; err: { stack: string } }[] = []
  const failed = toFailedRun(
    error,
    pino({ base: undefined }, { write: (line: string) => lines.push(JSON.parse(line)) }),
  )
  return { failed, lines }
}
const unreachable = (cause: unknown) =>
  new ScalingError('cluster-unreachable', 'Kubernetes cannot be reached (list Namespace); try again shortly', { cause })

test.each([
  [
    'the file',
    new Error("ENOENT: no such file or directory, open '/token'"),
    "ENOENT: no such file or directory, open '/token'",
  ],
  ['the address', new Error('connect ECONNREFUSED 10.0.0.1:443'), 'connect ECONNREFUSED 10.0.0.1:443'],
  [
    'each address that was tried',
    new AggregateError([new Error('connect ECONNREFUSED ::1:443'), new Error('connect ECONNREFUSED 127.0.0.1:443')]),
    'connect ECONNREFUSED ::1:443, connect ECONNREFUSED 127.0.0.1:443',
  ],
])('the exception of a run names %s at the bottom of its causes', (_, first, named) => {
  const { failed, lines } = failedRunOf(unreachable(new Error('connection: it failed', { cause: first })))
  expect(failed.message).toBe(`Kubernetes cannot be reached (list Namespace); try again shortly: ${named}`)
  expect(lines).toEqual([])
})

test('has no stack, which the host would print twice', () => {
  expect(failedRunOf(unreachable(undefined)).failed.stack).toBe(
    'FailedRun: Kubernetes cannot be reached (list Namespace); try again shortly',
  )
})

test('a fault of the program is logged with its one stack, and the exception says what it is', () => {
  const { failed, lines } = failedRunOf(new TypeError('x is not a function'))
  expect(failed.message).toBe('TypeError: x is not a function')
  expect(lines).toMatchObject([{ msg: 'a run failed by a fault of this program' }])
  expect(lines[0]?.err.stack).toMatch(/failedRun\.test\.ts:\d+/)
})

test('of many failures the exception names three and counts the rest', () => {
  expect(() => failIfAny(['a', 'b', 'c', 'd', 'e'])).toThrow('5 failed, the next tick tries again: a; b; c and 2 more')
})
