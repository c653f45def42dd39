/**
 * A pure function that keeps its newest results. What people write is bounded in length and not in number, so the number
 * of results is bounded: the one that was asked for the longest time ago goes.
 */
export function kept<Argument, Result>(make: (of: Argument) => Result, max: number): (of: Argument) => Result {
  const results = new Map<Argument, Result>()
  return (of) => {
    const result = results.has(of) ? (results.get(of) as Result) : make(of)
    // A Map is in the order of its insertions, so the last one is the newest.
    results.delete(of)
    results.set(of, result)
    if (results.size > max) results.delete(results.keys().next().value as Argument)
    return result
  }
}
