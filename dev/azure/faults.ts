/** A failure to simulate: which requests it hits, how often, and how they fail. */
export type Fault = {
  /** Matched against the path with its query, such as `/msi/token?...&resource=...`. */
  path: RegExp
  /** How many requests it hits; 1 by default. */
  times?: number
} & (
  | { status: number; headers?: Record<string, string>; body?: object | string }
  /** `drop` closes the connection without an answer, `hang` never answers. */
  | { connection: 'drop' | 'hang' }
)

/** Keeps the faults that are still to come. When several match a request, the one added first hits it. */
export function createFaults() {
  const pending = new Map<Fault, number>()
  return {
    /** @returns a function that cancels the hits still to come */
    add(fault: Fault): () => void {
      pending.set(fault, fault.times ?? 1)
      return () => void pending.delete(fault)
    },
    /** The fault that hits this request, if any; this uses up one of its hits. */
    take(path: string): Fault | undefined {
      for (const [fault, left] of pending) {
        if (!fault.path.test(path)) continue
        if (left > 1) pending.set(fault, left - 1)
        else pending.delete(fault)
        return fault
      }
      return undefined
    },
  }
}
