import { InvocationContext } from '@azure/functions'
import { expect, test } from '@jest/globals'
import { invocationLog } from '../../../../functions/telemetry/invocationLog.ts'
import type { Invocation } from '../../../../functions/telemetry/invocations.ts'
import { createLogger } from '../../../../shared/telemetry/index.ts'

/** A logger within an invocation that its test can end, and what has come out on either way. */
function loggerIn(invocation: 'an invocation' | 'none') {
  const logged: string[] = []
  const printed: string[] = []
  const logHandler = (level: string, ...args: unknown[]) => logged.push(`${level} ${args.join(' ')}`)
  const context = new InvocationContext({ functionName: 'nightlyScaleDown', invocationId: 'one', logHandler })
  const current: Invocation = { context, isOver: false, tick: { changed: 0, failed: 0 } }
  const destination = invocationLog(() => (invocation === 'none' ? undefined : current), {
    write: (line: string) => printed.push(line),
  })
  return { logger: createLogger('trace', () => new Date(0), destination), logged, printed, current }
}

test('a line goes through the context of its invocation, at its level', () => {
  const { logger, logged, printed } = loggerIn('an invocation')
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level](`${level} it`)
  const levels = ['trace', 'debug', 'information', 'warning', 'error', 'error']
  expect(logged.map((line) => line.split(' ', 1)[0])).toEqual(levels)
  expect(printed).toEqual([])
})

test('a line stays the JSON that it is on standard output, without its line break', () => {
  const { logger, logged } = loggerIn('an invocation')
  logger.warn({ project: 'a' }, 'a value cannot be used')
  expect(logged).toEqual([
    'warning {"level":"warn","timestamp":"1970-01-01T00:00:00.000Z","project":"a","msg":"a value cannot be used"}',
  ])
})

test('a child of the logger goes the same way', () => {
  const { logger, logged } = loggerIn('an invocation')
  logger.child({ project: 'a' }).error('no')
  expect(logged).toEqual([expect.stringMatching(/^error .*"project":"a"/)])
})

test('outside of an invocation, and once it is over, lines go to standard output', () => {
  const outside = loggerIn('none')
  outside.logger.info('starting')
  expect(outside.printed).toEqual([expect.stringMatching(/"msg":"starting"}\n$/)])

  const { logger, logged, printed, current } = loggerIn('an invocation')
  current.isOver = true
  logger.warn('work after an answer has failed')
  expect(logged).toEqual([])
  expect(printed).toHaveLength(1)
})
