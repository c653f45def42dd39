/**
 * A pure function that keeps its newest results. What people write is bounded in length and not in number, so the number
 * of results is bounded: the oldest one goes.
 */
export function kept<Argument, Result>(make: (of: Argument) => Result, max: number): (of: Argument) => Result {
  const results = new Map<Argument, Result>()
  return (of) => {
    if (results.has(of)) return results.get(of) as Result
    const result = make(of)
    // A Map is in the order of its insertions, so the first one is the oldest.
    results.set(of, result)
    if (results.size > max) results.delete(results.keys().next().value as Argument)
    return result
  }
}
