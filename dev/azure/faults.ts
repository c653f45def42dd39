/** What goes wrong, and how often. */
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

/** The faults that are still to come. The first that was added and fits is taken first. */
export function createFaults() {
  const pending = new Map<Fault, number>()
  return {
    /** @returns how to take back what of it has not happened yet */
    add(fault: Fault): () => void {
      pending.set(fault, fault.times ?? 1)
      return () => void pending.delete(fault)
    },
    /** The fault that hits this request, which uses it up by one. */
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
