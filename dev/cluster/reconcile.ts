import { runPods } from './kubelet.ts'
import { autoscaleNodes } from './nodes.ts'
import { createRecorder } from './recorder.ts'
import { events } from './resources.ts'
import { schedulePods } from './scheduler.ts'
import type { Store } from './store.ts'
import { reconcileWorkloads } from './workloads.ts'
import type { Options, World } from './world.ts'

/**
 * Starts the controllers, the scheduler, the kubelets and the node autoscaler of one store. They bring its first state
 * to rest at once, and react to every later change with the delays. @returns a function that stops them
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
        // Even if `act` changed nothing: a controller that waited for this timer must get its turn.
        queue()
      }
      timers.set(key, setTimeout(fire, ms))
    },
    cancel(key) {
      clearTimeout(timers.get(key))
      timers.delete(key)
    },
  }
  // One pass handles all the changes of one turn of the event loop.
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
    // No controller reacts to Events.
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
