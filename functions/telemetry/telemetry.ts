import { createTokenCredential } from '../../shared/azure/index.ts'
import type { Config } from '../../shared/config.ts'
import { createTelemetry, type Logger, type Telemetry } from '../../shared/telemetry/index.ts'
import { currentInvocation } from './invocations.ts'

/** A Flex Consumption instance may be gone soon after a tick, so a tick waits for its telemetry, but not for long. */
export const flushLimitMs = 2000

/** The telemetry of this function app; undefined where no Application Insights is configured. */
export function telemetryOf(
  { telemetry: settings, identity, callTimeoutMs }: Config,
  logger: Logger,
): Telemetry | undefined {
  if (settings === undefined) return undefined
  return createTelemetry({
    async load(problem) {
      const { createSender } = await import('./applicationInsights.ts')
      const credential = createTokenCredential({ ...identity, timeoutMs: callTimeoutMs })
      return createSender({ ...settings, credential, problem })
    },
    now: Date.now,
    operation() {
      const { functionName, traceContext } = currentInvocation()?.context ?? {}
      return functionName === undefined ? undefined : { name: functionName, traceParent: traceContext?.traceParent }
    },
    warn: (message) => logger.warn(message),
  })
}
