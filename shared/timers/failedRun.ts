import { messageWithCause, ScalingError } from '../scaling/index.ts'
import type { Logger } from '../telemetry/index.ts'

/**
 * A run of a timer that failed. The Portal and an alert show the message alone, so it names the cause. It has no stack:
 * the host would print it twice, and the message tells all.
 */
export class FailedRun extends Error {
  override readonly name = 'FailedRun'

  constructor(message: string) {
    super(message)
    this.stack = `${this.name}: ${message}`
  }
}

/** Fails a run in which something failed, so that the Portal and its alerts see it. @throws FailedRun */
export function failIfAny(failures: string[]): void {
  if (failures.length === 0) return
  const more = failures.length > 3 ? ` and ${failures.length - 3} more` : ''
  throw new FailedRun(`${failures.length} failed, the next tick tries again: ${failures.slice(0, 3).join('; ')}${more}`)
}

/** The error of a run as the host is to see it. A fault of this program is logged before, with the one stack. */
export function toFailedRun(error: unknown, logger: Logger): FailedRun {
  if (error instanceof FailedRun) return error
  if (error instanceof ScalingError) return new FailedRun(messageWithCause(error))
  logger.error({ err: error }, 'a run failed by a fault of this program')
  return new FailedRun(String(error))
}
