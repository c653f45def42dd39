/**
 * Fails a run in which something failed, so that the Portal and its alerts see it.
 * @throws Error with a one-line summary
 */
export function failIfAny(failures: string[]): void {
  if (failures.length === 0) return
  const more = failures.length > 3 ? ` and ${failures.length - 3} more` : ''
  throw new Error(`${failures.length} failed, the next tick tries again: ${failures.slice(0, 3).join('; ')}${more}`)
}
