/** Does the work for every item, `concurrency` at a time, in the plainest possible loop. */
export async function inParallel<Item>(
  items: Item[],
  concurrency: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  let next = 0
  async function worker(): Promise<void> {
    while (next < items.length) await work(items[next++] as Item)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}
