import { type EventEmitter, once } from 'node:events'
import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines with `timestamp`, `level` (a word) and `msg`. Each is written at once but not waited for, so that a reader
 * that stalls does not stall us. At the exit of the process pino writes the pending lines.
 */
export const createLogger = (level: string, now: () => Date, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: undefined,
      timestamp: () => `,"timestamp":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )

/**
 * Resolves when all lines are written. Wait for it before the process exits: the lines that pino writes at the exit
 * would overtake the one that is being written. It resolves after `timeoutMs` at the latest: there may be no line, or
 * no reader.
 */
export async function written(logger: Logger, timeoutMs: number): Promise<void> {
  const stream = (logger as unknown as Record<symbol, EventEmitter>)[pino.symbols.streamSym]
  if (stream) await once(stream, 'drain', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => {})
}
