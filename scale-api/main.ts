import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { answerHeaders, shareAnswer } from '../shared/api/index.ts'
import { ConfigError, readConfig } from '../shared/config.ts'
import { readHeartbeats } from '../shared/scaling/index.ts'
import { createServices } from '../shared/services.ts'
import { createLogger, createMetrics, written } from '../shared/telemetry/index.ts'
import { readTickSchedule } from '../shared/timers/index.ts'
import { version } from '../shared/version.ts'
import { drainable } from './drain.ts'
import { continueWhenRead } from './expectContinue.ts'
import { startTimers } from './timers.ts'
import { answerUnreadable } from './unreadable.ts'

// Kubernetes kills after terminationGracePeriodSeconds (35 in the manifest), of which the preStop hook takes 5.
const drainTimeoutMs = 25_000
// Prometheus gives up after 10 seconds, unless it is told otherwise.
const heartbeatsTimeoutMs = 5000

function main(): void {
  const config = readConfig(process.env)
  if (config.keys.length === 0 && config.apiAuth !== 'none') {
    throw new ConfigError(
      'No API key is configured, so anybody could scale: set API_KEY or API_KEYS, or API_AUTH=none if that is what you want',
    )
  }
  const logger = createLogger(config.logLevel, () => new Date())
  logger.info({ version }, 'starting')
  const metrics = createMetrics()
  const draining = new AbortController()
  // Without the setting this host has no timers: another one applies the schedules, or nobody does.
  const ticks = process.env.SCHEDULE_TICK ? readTickSchedule(process.env) : undefined
  const faults = ticks?.fault === undefined ? config.faults : [ticks.fault, ...config.faults]
  const services = createServices(config, {
    logger,
    metrics,
    faults,
    anonymousActor: 'anonymous',
    draining: draining.signal,
  })
  // Whoever asks for the metrics, and however often, the cluster is asked once a second.
  const ask = () => readHeartbeats(services.scaling, { signal: AbortSignal.timeout(heartbeatsTimeoutMs) })
  metrics.heartbeats(shareAnswer(ask, { forMs: 1000, elapsed: () => performance.now() }))
  services.api.get('/metrics', async (c) =>
    c.body(await metrics.text(), 200, { ...answerHeaders(c), 'content-type': metrics.contentType }),
  )

  const server = createServer(
    getRequestListener(services.api.fetch, {
      errorHandler: answerUnreadable(logger),
      // HTTP/1.0 needs no Host, and some probes send none.
      hostname: 'localhost',
    }),
  )
  continueWhenRead(server)
  const drain = drainable(server)
  server.listen(config.port, () => logger.info({ port: (server.address() as AddressInfo).port }, 'listening'))
  server.on('error', (error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE'
    fail(taken ? `Port ${config.port} is taken: set PORT to a free one` : error.message)
  })

  for (const fault of faults) logger.warn({ fault }, 'a setting cannot be used')
  const timers = ticks && startTimers({ config, logger, metrics, schedule: ticks.schedule, ...services })

  const stop = async (signal: string) => {
    if (draining.signal.aborted) return
    draining.abort()
    logger.info({ signal }, 'draining')
    const [cutOff, haveEnded] = await Promise.all([drain(drainTimeoutMs), timers?.stop()])
    if (haveEnded === false) logger.warn('the runs of the timers have not ended: what they have not done is still due')
    await services.close()
    logger.info({ cut_off: cutOff }, 'stopped')
    await written(logger, 500)
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
}

/** Says in one plain line why the host does not start, and ends it. */
function fail(reason: string): never {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}

try {
  main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  fail(error.message)
}
