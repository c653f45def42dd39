import { AsyncLocalStorage } from 'node:async_hooks'
import { app, type InvocationContext } from '@azure/functions'

/** One run of a function, as all that happens in it sees it. */
export interface Invocation {
  context: InvocationContext
  /** From then on the Functions host drops what is logged through the context. */
  isOver: boolean
}

const running = new AsyncLocalStorage<Invocation>()

/** The invocation whose work this is, also after it is over; undefined outside of any. */
export const currentInvocation = (): Invocation | undefined => running.getStore()

/** Runs a function as an invocation. */
async function runAs(context: InvocationContext, handler: () => unknown): Promise<unknown> {
  const invocation: Invocation = { context, isOver: false }
  try {
    return await running.run(invocation, handler)
  } finally {
    invocation.isOver = true
  }
}

// One place for all functions: each handler runs within its invocation, and none has to hand its context on.
app.hook.preInvocation((hook) => {
  const { functionHandler, invocationContext } = hook
  hook.functionHandler = (input, context) => runAs(invocationContext, () => functionHandler(input, context))
})
