import { runPods } from './kubelet.ts'
import { autoscaleNodes } from './nodes.ts'
import { createRecorder, type Tell } from './recorder.ts'
import { events } from './resources.ts'
import { schedulePods } from './scheduler.ts'
import type { Store } from './store.ts'
import { reconcileWorkloads } from './workloads.ts'

interface Options {
  now: () => Date
  /** How long a Pod takes to start and to stop. */
  podDelayMs: number
  /** How long a node takes to come, and how long it stays when it is empty. */
  nodeDelayMs: number
}

/** What the controllers work with. */
export interface World extends Options {
  store: Store
  tell: Tell
  /** Runs `act` after `ms` (0: now), unless the same key waits already. */
  after(key: string, ms: number, act: () => void): void
  cancel(key: string): void
}

/**
 * The controllers, the scheduler, the kubelets and the node autoscaler over one store. What is in it at first comes to
 * rest at once; from then on each change is followed, with the delays, until the function returned is called.
 */
export function startControllers(store: Store, options: Options): () => void {
  const timers = new Map<string, NodeJS.Timeout>()
  let queued: NodeJS.Immediate | undefined

  const world: World = {
    store,
    tell: createRecorder(store, options.now),
    ...options,
    after(key, ms, act) {
      if (ms === 0) return act()
      if (timers.has(key)) return
      const fire = () => {
        timers.delete(key)
        act()
        // Even if that changed nothing: whoever waited for this timer must get its turn.
        queue()
      }
      timers.set(key, setTimeout(fire, ms))
    },
    cancel(key) {
      clearTimeout(timers.get(key))
      timers.delete(key)
    },
  }
  // One pass for all the changes of one turn of the event loop.
  const queue = () => {
    queued ??= setImmediate(() => {
      queued = undefined
      pass(world)
    })
  }

  for (let before = -1; before !== store.version; ) {
    before = store.version
    pass({ ...world, podDelayMs: 0, nodeDelayMs: 0 })
  }
  const unsubscribe = store.subscribe(({ resource }) => {
    // Nobody here acts on what was told.
    if (resource !== events) queue()
  })
  return () => {
    unsubscribe()
    clearImmediate(queued)
    for (const timer of timers.values()) clearTimeout(timer)
  }
}

function pass(world: World): void {
  reconcileWorkloads(world)
  schedulePods(world)
  runPods(world)
  autoscaleNodes(world)
}
