import type { Config } from '../config.ts'
import type { Scaling } from '../scaling/index.ts'
import type { Action } from '../schedule/index.ts'
import type { Logger } from '../telemetry/index.ts'
import type { RunEnd } from './runs.ts'

/** Everything that a timer works with, from the host in which it runs. */
export interface TimerServices {
  config: Config
  logger: Logger
  scaling: Scaling
  /** When the timers run, as NCRONTAB. */
  schedule: string
}

/** The sum of one run. */
export interface TimerRun {
  /** How many workloads it has changed, or would in a dry run. */
  changed: number
  /** A sentence for each failure. */
  failures: string[]
  /** The end of each transition that was due and is not left to the next run. */
  transitions: { action: Action; outcome: 'applied' | 'skipped' | 'failed' }[]
}

/**
 * The work of a timer, once. It reports what it does by lines of the log.
 * @throws ScalingError when it cannot begin at all
 */
export type Timer = (services: TimerServices, end: RunEnd) => Promise<TimerRun>
