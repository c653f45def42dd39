import { ApiError } from '../errors.ts'

// A quarter of the watches that a host has, so that one caller leaves enough to the others.
const maxWaits = 32

/**
 * Counts the requests of each caller that wait.
 * @returns a function that waits for a caller
 * @throws ApiError `too-many-waits` when this caller waits for enough already
 */
export function createWaits() {
  const waits = new Map<string, number>()
  return async <Result>(caller: string, wait: () => Promise<Result>): Promise<Result> => {
    const before = waits.get(caller) ?? 0
    if (before >= maxWaits) {
      const message = `${maxWaits} requests of ${caller} wait already: let one of them end first, or ask without wait`
      throw new ApiError('too-many-waits', { message })
    }
    waits.set(caller, before + 1)
    try {
      return await wait()
    } finally {
      const rest = (waits.get(caller) ?? 1) - 1
      if (rest === 0) waits.delete(caller)
      else waits.set(caller, rest)
    }
  }
}
