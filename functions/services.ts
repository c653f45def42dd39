import { readConfig } from '../shared/config.ts'
import { createServices, type Services } from '../shared/services.ts'
import { createLogger } from '../shared/telemetry/index.ts'

/** The services as the function app's settings want them. */
export function createFunctionsServices(): Services {
  const config = readConfig(process.env)
  return createServices(config, {
    logger: createLogger(config.logLevel),
    // Whoever comes without a name of their own has at least passed the host's function key.
    anonymousActor: 'function-key',
  })
}
