import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  Log,
  ProgrammingModel,
  RegisteredFunction,
} from './coreTypes.ts'
import { Disposable } from './disposable.ts'
import { HostError } from './hostError.ts'

/** Everything that the bundle registers, and the data that its hooks share. */
export interface Worker {
  /** The module that `require('@azure/functions-core')` gives to the bundle. */
  readonly coreApi: object
  /** By function name. */
  readonly functions: ReadonlyMap<string, RegisteredFunction>
  readonly log: Log
  /** Shared by the hooks of all scopes. */
  readonly appHookData: object
  /** The context of the appStart and appTerminate hooks. */
  readonly appContext: { hookData: object; appHookData: object }
  /** @throws HostError when the bundle never set one, that is, when it does not use `@azure/functions`. */
  programmingModel(): ProgrammingModel
  /** Runs the hooks in the order of their registration. The first one that throws ends it. */
  runHooks(name: HookName, context: object): Promise<void>
  /** After this, registering a function is an error, as it is in Azure once the app has started. */
  lock(): void
}

/** @param write is called with each message that the app logs, after the `log` hooks, which may change it. */
export function createWorker(write: Log): Worker {
  const functions = new Map<string, RegisteredFunction>()
  const hooks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  }
  const appHookData = {}
  let model: ProgrammingModel | undefined
  let locked = false

  const log: Log = (level, category, message) => {
    const context = { level, category, message, hookData: {}, appHookData }
    // The library's own messages must not come back to a hook that logs through the library.
    if (category === 'user') for (const hook of hooks.log) hook(context)
    write(context.level, category, context.message)
  }

  const coreApi = {
    version: '3.10.1',
    hostVersion: '4.1000.0',
    Disposable,
    log,
    setProgrammingModel(newModel: ProgrammingModel) {
      model = newModel
    },
    getProgrammingModel: () => model,
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
      if (locked) throw new Error('A function can only be registered during app startup.')
      const { name } = metadata
      if (functions.has(name)) throw new Error(`A function with id "${name}" has already been registered.`)
      functions.set(name, { metadata, callback })
      return new Disposable(() => {
        if (locked) throw new Error('A function can only be disposed during app startup.')
        functions.delete(name)
      })
    },
    registerHook(name: string, callback: HookCallback) {
      if (!Object.hasOwn(hooks, name)) {
        throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true })
      }
      const callbacks = hooks[name as HookName]
      callbacks.push(callback)
      return new Disposable(() => {
        const index = callbacks.indexOf(callback)
        if (index >= 0) callbacks.splice(index, 1)
      })
    },
  }

  return {
    coreApi,
    functions,
    log,
    appHookData,
    appContext: { hookData: {}, appHookData },
    programmingModel() {
      if (!model) throw new HostError('The bundle registered functions without @azure/functions: no programming model.')
      return model
    },
    async runHooks(name, context) {
      for (const hook of hooks[name]) await hook(context)
    },
    lock() {
      locked = true
    },
  }
}
