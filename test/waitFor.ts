interface Wait<State> {
  what: string
  look: () => Promise<State>
  until: (state: State) => boolean
  /** It can be generous: it bounds a failure, and a success does not wait for it. */
  timeoutMs?: number
}

/** Looks repeatedly until the state is as expected, and returns it. @throws Error with the last state seen */
export async function waitFor<State>({ what, look, until, timeoutMs = 60_000 }: Wait<State>): Promise<State> {
  const giveUpAt = performance.now() + timeoutMs
  for (;;) {
    const state = await look()
    if (until(state)) return state
    if (performance.now() > giveUpAt) {
      throw new Error(`${what}: not within ${timeoutMs / 1000} s; last seen: ${JSON.stringify(state)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
