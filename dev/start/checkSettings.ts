import { type Config, ConfigError, readConfig } from '../../shared/config.ts'
import { HostError } from '../functionsHost/index.ts'

/**
 * Refuses settings that the host cannot use. The function app itself starts with them and answers 503, as in Azure, where
 * nobody watches it start. @throws HostError
 */
export function checkSettings(env: NodeJS.ProcessEnv): Config {
  try {
    return readConfig(env)
  } catch (cause) {
    throw cause instanceof ConfigError ? new HostError(cause.message, { cause }) : cause
  }
}
