import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describeFunctions } from './banner.ts'
import type { RegisteredFunction } from './coreTypes.ts'
import { HostError } from './hostError.ts'
import type { HostedFunction } from './hostedFunction.ts'
import { findAppDirectory, readRoutePrefix } from './hostJson.ts'
import { createHttpServer } from './httpServer.ts'
import { invoke } from './invoke.ts'
import { listen } from './listen.ts'
import { loadBundle } from './loadBundle.ts'
import { createRouter } from './routes.ts'
import { applyLocalSettings } from './settings.ts'
import { createStatusStore } from './statusStore.ts'
import { type RunningTimer, startTimer, type TimerInfo } from './timer.ts'
import { readRoutes, readTimers, urlOf } from './triggers.ts'
import { createWorker, type Worker } from './worker.ts'

export interface FunctionsHostOptions {
  /** The built bundle, CommonJS. */
  bundle: string
  /** 0 takes any free port. */
  port: number
  /** The folder that keeps the timers' statuses; by default a cache folder of the app. */
  state?: string | undefined
  /** Prints the table of functions even when FUNCTIONS_KEY is set. */
  verbose: boolean
  /** Called with the table of functions, which holds the key, and with the app's log through its invocation context. */
  print(line: string): void
  /** Called with each failure, and never with a key. */
  printError(line: string): void
}

export interface FunctionsHost {
  /** `http://127.0.0.1:PORT` */
  url: string
  functions: HostedFunction[]
  /**
   * Takes no more requests, lets those under way finish, waits 10 seconds for the timers under way, and gives the
   * appTerminate hooks 5 seconds. Repeating it is harmless.
   */
  stop(): Promise<void>
}

// The limits of the real host; timeoutMs is the idle timeout of Azure's load balancer.
const bodyLimit = 100 * 1024 * 1024
const bodyGraceMs = 5000
const timeoutMs = 230_000
const timersWhenStoppingMs = 10_000
const hooksWhenStoppingMs = 5000

/**
 * Loads the bundle and serves its functions on the loopback interface. It changes this process as the real worker does:
 * settings enter `process.env`, and `require('@azure/functions-core')` works until `stop`. One host per process.
 * @throws HostError
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const bundle = resolve(options.bundle)
  const appDirectory = findAppDirectory(bundle)
  const { print, printError } = options
  applyLocalSettings(process.env, appDirectory)
  const key = process.env.FUNCTIONS_KEY || randomBytes(30).toString('base64url')

  const worker = createWorker((level, category, message) => {
    if (category === 'user') print(message)
    else if (level === 'warning' || level === 'error' || level === 'critical') printError(message)
  })
  const { unload } = await loadBundle({ bundle, appDirectory }, worker.coreApi)
  const timers = new Map<string, RunningTimer>()
  const underWay = new Set<Promise<unknown>>()
  /** Makes `stop` wait until the promise settles. */
  const track = <T>(promise: Promise<T>): Promise<T> => {
    underWay.add(promise)
    const done = () => underWay.delete(promise)
    promise.then(done, done)
    return promise
  }
  const reportFailure = (name: string, error: unknown) =>
    printError(`${name} failed: ${error instanceof Error ? error.stack : error}`)
  const runTimer = (handler: RegisteredFunction) => (info: TimerInfo) =>
    invoke(worker, handler, { data: { json: JSON.stringify(info) } }).then(
      () => undefined,
      (error: unknown) => reportFailure(handler.metadata.name, error),
    )

  try {
    await beginApp(worker, appDirectory)
    const routes = readRoutes([...worker.functions.values()], readRoutePrefix(appDirectory))
    const server = createHttpServer({
      findRoute: createRouter(routes),
      key,
      invoke: (handler, input) => track(invoke(worker, handler, input)),
      startByName(name, input) {
        const handler = worker.functions.get(name)
        if (!handler || routes.some((route) => route.name === name)) return false
        const timer = timers.get(name)
        if (timer) void timer.runNow()
        else {
          const run = track(invoke(worker, handler, { data: { string: input } }))
          run.catch((error: unknown) => reportFailure(name, error))
        }
        return true
      },
      reportFailure,
      bodyLimit,
      bodyGraceMs,
      timeoutMs,
    })
    const disabled = new Set<string>()
    const timerOptions = readTimers([...worker.functions.values()], process.env, (name, why) => {
      disabled.add(name)
      printError(`Function ${name} is disabled: ${why}`)
    })
    await listen(server, options.port)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

    const store = createStatusStore(options.state ?? defaultState(appDirectory))
    for (const { handler, ...timer } of timerOptions) {
      timers.set(timer.name, startTimer({ run: runTimer(handler), store, now: () => new Date() }, timer))
    }
    const functions = [...worker.functions.keys()].map((name): HostedFunction => {
      const route = routes.find((candidate) => candidate.name === name)
      if (route) return { name, trigger: 'http', methods: route.methods, url: urlOf(route, url, key) }
      const timer = timers.get(name)
      if (timer) return { name, trigger: 'timer', next: timer.next() }
      return { name, trigger: disabled.has(name) ? 'disabled' : 'other' }
    })
    // A generated key is shown nowhere else.
    if (options.verbose || !process.env.FUNCTIONS_KEY) print(describeFunctions(functions))

    const stop = async () => {
      const closed = new Promise((done) => server.close(done))
      // The timers go on until the last request is answered.
      while (underWay.size > 0) await Promise.allSettled(underWay)
      await within(timersWhenStoppingMs, Promise.all([...timers.values()].map((timer) => timer.stop())))
      // The last answers must reach their sockets before these are closed.
      await setImmediate()
      server.closeIdleConnections()
      await closed
      if (!(await within(hooksWhenStoppingMs, worker.runHooks('appTerminate', worker.appContext)))) {
        printError('The worker is killed: its appTerminate hooks did not end within 5 seconds.')
      }
      unload()
    }
    let stopping: Promise<void> | undefined
    return {
      url,
      functions,
      stop: () => {
        stopping ??= stop()
        return stopping
      },
    }
  } catch (error) {
    unload()
    throw error
  }
}

/** Whether the promise resolves in time. */
async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  try {
    return await Promise.race([promise.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

async function beginApp(worker: Worker, appDirectory: string): Promise<void> {
  if (worker.functions.size === 0) {
    throw new HostError('The bundle registers no function: does its entry import the files that call app.http?')
  }
  const capabilities = (await worker.programmingModel().getCapabilities?.({})) ?? {}
  if (capabilities.HttpUri) throw new HostError('The bundle turns on enableHttpStream, which this host does not have.')
  await worker.runHooks('appStart', { ...worker.appContext, functionAppDirectory: appDirectory })
  worker.lock()
}

function defaultState(appDirectory: string): string {
  const modules = join(appDirectory, 'node_modules')
  return join(existsSync(modules) ? join(modules, '.cache') : tmpdir(), 'aks-scale-to-zero', 'timers')
}
