import type { DestinationStream } from 'pino'
import type { Invocation } from './invocations.ts'

type Write = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** The numbers of pino's levels, each with the level of Azure Functions. https://getpino.io/#/docs/api?id=level-string */
const writes: Record<number, Write> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'error' }

// pino tells a destination with this symbol the level of each line. https://getpino.io/#/docs/api?id=pino-metadata
const wantsMetadata = Symbol.for('pino.metadata')

/**
 * Where the lines of the function app go. Through the context of its invocation a line has its level and its operation in
 * Application Insights, and shows on the Portal's page of the invocation; on standard output it would have neither.
 * Outside of an invocation there is only standard output.
 */
export function invocationLog(current: () => Invocation | undefined, outside: DestinationStream): DestinationStream {
  return {
    [wantsMetadata]: true,
    lastLevel: 30,
    write(line) {
      const invocation = current()
      if (invocation === undefined || invocation.isOver) outside.write(line)
      else invocation.context[writes[this.lastLevel] ?? 'info'](line.trimEnd())
    },
  } as DestinationStream & { lastLevel: number }
}
