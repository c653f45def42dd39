/** The means by which a live reading waits and notices that nobody looks. */
export interface Around {
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** Resolves when somebody looks at the page: at once, unless its tab is hidden. */
  visible(signal: AbortSignal): Promise<void>
}

/** How often to read. */
export const paces = { movingMs: 2000, quietMs: 30_000, awayMs: 5000 } as const

/**
 * Reads again and again until the signal is aborted, and never while the tab is hidden.
 * @param read reads once, shows it, and answers after how many milliseconds to read again
 */
export async function live(read: () => Promise<number>, { wait, visible }: Around, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await visible(signal)
    if (signal.aborted) return
    await wait(await read(), signal)
  }
}
