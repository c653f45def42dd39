/** How a pool adapts: it starts small, doubles while that pays, and halves when it does not. */
const smallest = 4
const paysBy = 1.1
const costsBy = 0.7

/**
 * Does the work for each item, so many at once as the other side takes well. After each round of as many as run at once
 * it compares what got done in a second: as long as more at once gets more done, there will be more, up to `max`; when it
 * gets clearly less done, as under throttling, fewer. `work` must not reject.
 */
export async function forEachAdaptively<Item>(
  items: Item[],
  work: (item: Item) => Promise<void>,
  { max, elapsed }: { max: number; elapsed: () => number },
): Promise<void> {
  let limit = Math.min(8, max)
  let best = 0
  let round = { startedAt: elapsed(), done: 0 }
  let running = 0
  let next = 0

  function adapt(): void {
    const seconds = (elapsed() - round.startedAt) / 1000
    const rate = round.done / Math.max(seconds, 0.001)
    if (rate > best * paysBy) limit = Math.min(max, limit * 2)
    else if (rate < best * costsBy) {
      limit = Math.max(Math.min(smallest, max), Math.floor(limit / 2))
      // What was possible may not be any more: measure anew from here.
      best = rate
    }
    best = Math.max(best, rate)
    round = { startedAt: elapsed(), done: 0 }
  }

  await new Promise<void>((resolve) => {
    const fill = () => {
      if (next >= items.length && running === 0) return resolve()
      while (running < limit && next < items.length) {
        const item = items[next++] as Item
        running++
        void work(item).finally(() => {
          running--
          round.done++
          if (round.done >= limit) adapt()
          fill()
        })
      }
    }
    fill()
  })
}
