import { app } from '@azure/functions'
import { builtServices } from '../services.ts'
import { type Invocation, runAs } from './invocations.ts'
import { flushLimitMs } from './telemetry.ts'

// One place for all functions: each handler runs within its invocation, and none has to hand its context on.
app.hook.preInvocation((hook) => {
  const { functionHandler, invocationContext } = hook
  const isTimer = invocationContext.options.trigger.type === 'timerTrigger'
  hook.functionHandler = (input, context) =>
    runAs(invocationContext, async (invocation) => {
      const run = async () => functionHandler(input, context)
      if (isTimer) return runTimer(invocation, run)
      try {
        return await run()
      } finally {
        builtServices()?.telemetry?.sendSoon()
      }
    })
})

/** Tells of each run of a timer, however it ends: an alert on its absence is how one hears of a timer that has died. */
async function runTimer(invocation: Invocation, run: () => Promise<unknown>): Promise<unknown> {
  const startedAt = performance.now()
  let hasFailed = true
  try {
    const result = await run()
    hasFailed = false
    return result
  } finally {
    // Settings that cannot be used leave no services, and no telemetry.
    const { telemetry, config } = builtServices() ?? {}
    const { context, tick } = invocation
    telemetry?.event('Tick', {
      function: context.functionName,
      duration: Math.round(performance.now() - startedAt) / 1000,
      changed: tick.changed,
      // A run that fails before it comes to any project has failed, too.
      failed: hasFailed ? Math.max(tick.failed, 1) : tick.failed,
      dry_run: config?.dryRun,
    })
    await telemetry?.flush(flushLimitMs)
  }
}
