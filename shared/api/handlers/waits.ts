import { ApiError } from '../errors.ts'

// A quarter of the watches that a host has, so that one caller leaves enough to the others.
const maxObjects = 32

/** A request that waits: whose it is, and for which object. */
interface Waiter {
  caller: string
  object: string
}

/**
 * Counts the objects that each caller waits for. All requests that wait for one object share its watch, so they count
 * once.
 * @returns a function that waits, and throws an ApiError `too-many-waits` where its caller waits for enough already
 */
export function createWaits() {
  const waits = new Map<string, Map<string, number>>()

  function change({ caller, object }: Waiter, by: 1 | -1): void {
    const objects = waits.get(caller) ?? new Map<string, number>()
    const requests = (objects.get(object) ?? 0) + by
    if (requests === 0) objects.delete(object)
    else objects.set(object, requests)
    if (objects.size === 0) waits.delete(caller)
    else waits.set(caller, objects)
  }

  return async <Result>(waiter: Waiter, wait: () => Promise<Result>): Promise<Result> => {
    const objects = waits.get(waiter.caller)
    if (objects !== undefined && objects.size >= maxObjects && !objects.has(waiter.object)) {
      const message = `${waiter.caller} waits for ${maxObjects} Deployments already: let one of these requests end first, or ask without wait`
      throw new ApiError('too-many-waits', { message })
    }
    change(waiter, 1)
    try {
      return await wait()
    } finally {
      change(waiter, -1)
    }
  }
}
