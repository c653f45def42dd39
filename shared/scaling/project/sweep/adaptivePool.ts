// Answers come in bursts, so fewer answers or a shorter time than this would not show what 64 at once get done.
const windowMs = 250
const smallest = 4
/** A rate below this share of the best one is throttling, not noise. */
const slump = 0.3
const recovery = 1.1

/**
 * Does the work for each item, with as many at once as the other side takes well. It starts with half of `max` and soon
 * tries all of it. From then on it looks at what gets done in a second: in a slump, as under throttling, half as many go
 * on, and more again when that helps. `work` must not reject. It answers whether it asked the other side for anything: an
 * item that did not says nothing about how much that takes.
 */
export async function forEachAdaptively<Item>(
  items: Item[],
  work: (item: Item) => Promise<boolean>,
  { max, now }: { max: number; now: () => Date },
): Promise<void> {
  const nowMs = () => now().getTime()
  let limit = Math.max(1, Math.ceil(max / 2))
  let isTrying = true
  let best = 0
  let window = { startedAt: nowMs(), done: 0 }
  let running = 0
  let next = 0

  function adapt(): void {
    const passedMs = nowMs() - window.startedAt
    if (window.done < limit || (!isTrying && passedMs < windowMs)) return
    const rate = window.done / Math.max(passedMs, 1)
    if (isTrying || rate > best * recovery) limit = Math.min(max, limit * 2)
    else if (rate < best * slump) {
      limit = Math.max(Math.min(smallest, max), Math.floor(limit / 2))
      // The old best may be out of reach now, so measuring begins again from here.
      best = rate
    }
    if (!isTrying) best = Math.max(best, rate)
    if (limit === max) isTrying = false
    window = { startedAt: nowMs(), done: 0 }
  }

  await new Promise<void>((resolve) => {
    const fill = () => {
      if (next >= items.length && running === 0) return resolve()
      while (running < limit && next < items.length) {
        const item = items[next++] as Item
        running++
        void work(item).then((hasAsked) => {
          running--
          if (hasAsked) {
            window.done++
            adapt()
          }
          fill()
        })
      }
    }
    fill()
  })
}
