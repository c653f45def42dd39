import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/** JSON lines with `timestamp`, `level` (a word) and `msg`. Writes are synchronous, so that a crash loses no line. */
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
