import { writeDeploymentStatuses } from './deploymentStatus.ts'
import { reconcileDeployments } from './deployments.ts'
import { autoscaleNodes, runPods, schedulePods } from './nodes.ts'
import { collectGarbage, reconcileReplicaSets } from './replicaSets.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'

export interface Controllers {
  /** Brings everything to rest at once, without any delay. */
  settle(): void
  /** From now on each change is followed, with the delays. */
  start(): void
  stop(): void
}

interface Delays {
  now: () => Date
  podDelayMs: number
  nodeDelayMs: number
}

/** The controllers, the scheduler, the kubelets and the node autoscaler over one store. */
export function createControllers(store: Store, delays: Delays): Controllers {
  const timers = new Map<string, NodeJS.Timeout>()
  let isStopped = false
  let queued: NodeJS.Immediate | undefined

  const after: World['after'] = (key, ms, act) => {
    if (timers.has(key)) return false
    if (ms === 0) {
      act()
      return true
    }
    const fire = () => {
      timers.delete(key)
      act()
      // Not every firing changes the store; whoever waited for this timer must still get its turn.
      queue()
    }
    timers.set(key, setTimeout(fire, ms))
    return true
  }
  const cancel = (key: string) => {
    clearTimeout(timers.get(key))
    timers.delete(key)
  }
  const pass = (world: World) => {
    collectGarbage(world)
    reconcileDeployments(world)
    reconcileReplicaSets(world)
    writeDeploymentStatuses(world)
    schedulePods(world)
    runPods(world)
    autoscaleNodes(world)
  }
  // One pass for all the changes of one turn of the event loop.
  const queue = () => {
    if (queued || isStopped) return
    queued = setImmediate(() => {
      queued = undefined
      pass({ store, after, cancel, ...delays })
    })
  }
  let unsubscribe = () => {}

  return {
    settle() {
      const world = { store, after, cancel, ...delays, podDelayMs: 0, nodeDelayMs: 0 }
      for (let before = -1; before !== store.version; ) {
        before = store.version
        pass(world)
      }
    },
    start() {
      unsubscribe = store.subscribe(queue)
      queue()
    },
    stop() {
      isStopped = true
      unsubscribe()
      clearImmediate(queued)
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
