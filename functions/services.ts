import { pino } from 'pino'
import { type Config, readConfig } from '../shared/config.ts'
import { createServices, type Services } from '../shared/services.ts'
import { createLogger, type Logger, type Telemetry } from '../shared/telemetry/index.ts'
import { invocationLog } from './invocationLog.ts'
import { currentInvocation } from './invocations.ts'
import { telemetryOf } from './telemetry.ts'

/** Everything that the functions of the app share, built from its settings. */
export interface FunctionsServices extends Services {
  config: Config
  logger: Logger
  telemetry: Telemetry | undefined
}

let built: FunctionsServices | undefined

/**
 * Builds the services when the first function runs, so that an unusable setting does not hide the functions.
 * @throws ConfigError each time, until the settings can be used
 */
export const services = (): FunctionsServices => (built ??= build())

/** The services, when a function has used them before. */
export const builtServices = (): FunctionsServices | undefined => built

function build(): FunctionsServices {
  const config = readConfig(process.env)
  const destination = invocationLog(currentInvocation, pino.destination())
  const logger = createLogger(config.logLevel, () => new Date(), destination)
  const telemetry = telemetryOf(config, logger)
  const services = createServices(config, {
    logger,
    telemetry,
    // A caller without a name of its own has at least passed the host's function key.
    anonymousActor: 'function-key',
    // The Functions host takes log lines of an invocation only until it has answered.
    afterAnswer: (work) => work(),
  })
  return { config, logger, telemetry, ...services }
}
