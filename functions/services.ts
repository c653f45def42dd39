import { type Config, readConfig } from '../shared/config.ts'
import { createServices, type Services } from '../shared/services.ts'
import { createLogger, type Logger } from '../shared/telemetry/index.ts'

/** What the functions of the app share, as its settings want it. */
export interface FunctionsServices extends Services {
  config: Config
  logger: Logger
}

let built: FunctionsServices | undefined

/**
 * Built when the first function runs, so that a setting that cannot be used does not hide the functions.
 * @throws ConfigError each time, until the settings can be used
 */
export const services = (): FunctionsServices => (built ??= build())

function build(): FunctionsServices {
  const config = readConfig(process.env)
  const logger = createLogger(config.logLevel, () => new Date())
  // Whoever comes without a name of their own has at least passed the host's function key.
  return { config, logger, ...createServices(config, { logger, anonymousActor: 'function-key' }) }
}
