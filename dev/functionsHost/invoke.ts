import { randomBytes, randomUUID } from 'node:crypto'
import type {
  CoreInvocationContext,
  InvocationRequest,
  InvocationResponse,
  RegisteredFunction,
  RpcTypedData,
} from './coreTypes.ts'
import type { Worker } from './worker.ts'

/** The input of an invocation: the data of the trigger and, over HTTP, the caller's trace. */
export interface TriggerInput {
  data: RpcTypedData
  traceParent?: string | undefined
  traceState?: string | undefined
}

/**
 * Runs one invocation as the worker's InvocationHandler does: the library turns the RPC data into arguments, hooks run
 * before and after, and the library turns the result back. Rejects with the error that the function or a hook threw.
 */
export async function invoke(
  worker: Worker,
  { metadata, callback }: RegisteredFunction,
  input: TriggerInput,
): Promise<InvocationResponse> {
  const invocationId = randomUUID()
  let isOver = false
  const core: CoreInvocationContext = {
    invocationId,
    metadata,
    request: {
      invocationId,
      functionId: metadata.name,
      inputData: [{ name: triggerName(metadata.bindings), data: input.data }],
      triggerMetadata: {},
      traceContext: traceContextOf(input),
    },
    state: undefined,
    // The real host drops what an invocation logs after its end.
    log: (...line) => {
      if (!isOver) worker.log(...line)
    },
  }
  try {
    return await invokeIn(worker, callback, core)
  } finally {
    isOver = true
  }
}

async function invokeIn(
  worker: Worker,
  callback: RegisteredFunction['callback'],
  core: CoreInvocationContext,
): Promise<InvocationResponse> {
  const model = await worker.programmingModel().getInvocationModel(core)
  const { context, inputs } = await model.getArguments()
  // Both hooks get these objects, so that data which one leaves in hookData reaches the other.
  const shared = { hookData: {}, appHookData: worker.appHookData, invocationContext: context }

  const before = { ...shared, inputs, functionCallback: callback }
  core.state = 'preInvocationHooks'
  await worker.runHooks('preInvocation', before)

  const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown }
  core.state = 'invocation'
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback)
  } catch (error) {
    after.error = error
  }
  core.state = 'postInvocationHooks'
  await worker.runHooks('postInvocation', after)
  core.state = undefined

  // A hook may clear the error, or set one.
  if (after.error) throw after.error
  return model.getResponse(context, after.result)
}

/** The real host traces only with Application Insights, and a trace that it begins itself is not sampled. */
function traceContextOf({ traceParent, traceState }: TriggerInput): InvocationRequest['traceContext'] {
  if (!process.env.APPLICATIONINSIGHTS_CONNECTION_STRING) return { traceParent: '', traceState: '' }
  return { traceParent: traceParent ?? `00-${hex(16)}-${hex(8)}-00`, traceState }
}

/** The one binding that triggers the function. */
export function triggerName(bindings: RegisteredFunction['metadata']['bindings']): string {
  const name = Object.keys(bindings).find((key) => bindings[key]?.type.toLowerCase().endsWith('trigger'))
  if (name === undefined) throw new Error('a function was registered without a trigger')
  return name
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
