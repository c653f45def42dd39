import { pino } from 'pino'
import { type Config, readConfig } from '../shared/config.ts'
import { createServices, type Services } from '../shared/services.ts'
import { createLogger, type Logger, type Telemetry } from '../shared/telemetry/index.ts'
import { type Beat, createBeat, readTickSchedule } from '../shared/timers/index.ts'
import { version } from '../shared/version.ts'
import { invocationLog } from './telemetry/invocationLog.ts'
import { currentInvocation } from './telemetry/invocations.ts'
import { telemetryOf } from './telemetry/telemetry.ts'

/** Everything that the functions of the app share, built from its settings. */
export interface FunctionsServices extends Services {
  config: Config
  logger: Logger
  /** Settings that cannot be used, though the app runs: a sentence for each. */
  faults: string[]
  telemetry: Telemetry | undefined
  beat: Beat
  /** When the timers run, as NCRONTAB. */
  schedule: string
}

/** When the timers run. The host wants to know it before any setting is validated. */
export const tickSchedule = readTickSchedule(process.env)

let built: FunctionsServices | undefined

/**
 * Builds the services when the first function runs, so that an unusable setting does not hide the functions.
 * @throws ConfigError each time, until the settings can be used
 */
export const services = (): FunctionsServices => (built ??= build())

/** The services, unless no function has needed them yet. */
export const builtServices = (): FunctionsServices | undefined => built

function build(): FunctionsServices {
  const config = readConfig(process.env)
  const destination = invocationLog(currentInvocation, pino.destination())
  const logger = createLogger(config.logLevel, () => new Date(), destination)
  logger.info({ version }, 'starting')
  const telemetry = telemetryOf(config, logger)
  const faults = tickSchedule.fault === undefined ? config.faults : [tickSchedule.fault, ...config.faults]
  tellFaults({ logger, faults })
  const services = createServices(config, {
    logger,
    telemetry,
    faults,
    // A caller without a name of its own has at least passed the host's key.
    anonymousActor: 'function-key',
    isFunctionApp: true,
    // The Functions host takes log lines of an invocation only until it has answered.
    afterAnswer: (work) => work(),
  })
  const { schedule } = tickSchedule
  const beat = createBeat(config.site)
  return { config, logger, telemetry, faults, beat, schedule, ...services }
}

/** Logs the faults of the settings. */
export function tellFaults({ logger, faults }: Pick<FunctionsServices, 'logger' | 'faults'>): void {
  for (const fault of faults) logger.warn({ fault }, 'a setting cannot be used')
}
