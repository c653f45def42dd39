import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines with `timestamp`, `level` (a word) and `msg`. Each is written at once but not waited for, so that a reader
 * that stalls does not stall us; pino writes what is pending when the process exits.
 */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: undefined,
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
