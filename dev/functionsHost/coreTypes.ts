/**
 * The part of `@azure/functions-core` that this host provides. The real module exists only inside the Node.js worker
 * (Azure/azure-functions-nodejs-worker, types-core/index.d.ts), so there is no package to take these types from.
 */

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none'
export type LogCategory = 'user' | 'system' | 'customMetric'
export type Log = (level: LogLevel, category: LogCategory, message: string) => void

export type FunctionCallback = (...args: unknown[]) => unknown

/** A trigger, input or output. Triggers carry their own options beside these: `route`, `schedule` and so on. */
export interface Binding {
  type: string
  direction?: 'in' | 'out' | 'inout'
  [option: string]: unknown
}

export interface FunctionMetadata {
  name: string
  /** By binding name. */
  bindings: Record<string, Binding>
}

/** A function of the bundle: its metadata and its code. */
export interface RegisteredFunction {
  metadata: FunctionMetadata
  callback: FunctionCallback
}

export type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log'
export type HookCallback = (context: object) => unknown

interface NullableString {
  value?: string
}

/** Dates are seconds since 1970; a missing wrapper means that the attribute was not set. */
export interface RpcHttpCookie {
  name: string
  value: string
  domain?: NullableString
  path?: NullableString
  expires?: { value?: { seconds?: number } }
  secure?: { value?: boolean }
  httpOnly?: { value?: boolean }
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone'
  maxAge?: { value?: number }
}

/** One HTTP request on its way in, or one response on its way out. */
export interface RpcHttpData {
  method?: string
  url?: string
  statusCode?: string
  headers?: Record<string, string>
  nullableHeaders?: Record<string, NullableString>
  nullableParams?: Record<string, NullableString>
  nullableQuery?: Record<string, NullableString>
  cookies?: RpcHttpCookie[]
  body?: RpcTypedData | null
}

/** Exactly one member is set. */
export interface RpcTypedData {
  string?: string
  json?: string
  bytes?: Uint8Array
  http?: RpcHttpData
}

export interface InvocationRequest {
  invocationId: string
  functionId: string
  inputData: { name: string; data: RpcTypedData }[]
  triggerMetadata: Record<string, RpcTypedData>
  traceContext: { traceParent?: string; traceState?: string | undefined }
}

export interface InvocationResponse {
  returnValue?: RpcTypedData | null
}

/** The context that the host gives to the programming model for one invocation. */
export interface CoreInvocationContext {
  invocationId: string
  request: InvocationRequest
  metadata: FunctionMetadata
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined
  log: Log
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>
}

/** The part of `@azure/functions`, in the bundle, that the host calls. */
export interface ProgrammingModel {
  name: string
  version: string
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>
  getCapabilities?(defaults: Record<string, string>): Record<string, string> | Promise<Record<string, string>>
}
