import { type EventEmitter, once } from 'node:events'
import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines with `timestamp`, `level` (a word) and `msg`. Each is written at once but not waited for, so that a reader
 * that stalls does not stall us; pino writes what is pending when the process exits.
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
 * Resolves when all lines are written. Before the process exits: what pino writes then overtakes the line that is being
 * written. Resolves after so long at the latest: there may be no line, or nobody who reads it.
 */
export async function written(logger: Logger, timeoutMs: number): Promise<void> {
  const stream = (logger as unknown as Record<symbol, EventEmitter>)[pino.symbols.streamSym]
  if (stream) await once(stream, 'drain', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => {})
}
