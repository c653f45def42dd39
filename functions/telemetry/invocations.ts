import { AsyncLocalStorage } from 'node:async_hooks'
import type { InvocationContext } from '@azure/functions'

/** One run of a function, as all that happens in it sees it. */
export interface Invocation {
  context: InvocationContext
  /** From then on the Functions host drops what is logged through the context. */
  isOver: boolean
  /** The result so far, when it is the run of a timer. */
  tick: TickCounts
}

/** How much a run of a timer has changed, or would in a dry run, and how much has failed. */
export interface TickCounts {
  changed: number
  failed: number
}

const running = new AsyncLocalStorage<Invocation>()

/** The invocation whose work this is, also after it is over; undefined outside of any. */
export const currentInvocation = (): Invocation | undefined => running.getStore()

/** Notes what the running timer has come to. */
export function countTick(counts: TickCounts): void {
  const invocation = currentInvocation()
  if (invocation !== undefined) invocation.tick = counts
}

/** Runs a function as an invocation. */
export async function runAs(
  context: InvocationContext,
  handler: (invocation: Invocation) => Promise<unknown>,
): Promise<unknown> {
  const invocation: Invocation = { context, isOver: false, tick: { changed: 0, failed: 0 } }
  try {
    return await running.run(invocation, () => handler(invocation))
  } finally {
    invocation.isOver = true
  }
}
