/** What is kept of a list, group by group, so that it never takes more than so much memory. */
export interface Kept<Item> {
  add(group: string, item: Item): void
  items(): Item[]
  /** The groups that were given up, each with its items so far. */
  givenUp: ReadonlyMap<string, number>
}

/**
 * Keeps items until they take more than `maxBytes`, as far as that can be told. From then on the group that takes most
 * is given up each time, so that whoever has put too much into a cluster pays for it, and nobody else.
 */
export function createKept<Item>(maxBytes: number): Kept<Item> {
  const groups = new Map<string, { items: Item[]; bytes: number }>()
  const givenUp = new Map<string, number>()
  let total = 0

  function giveUpLargest(): void {
    const [largest] = [...groups].toSorted(([, a], [, b]) => b.bytes - a.bytes)
    if (largest === undefined) return
    const [name, { items, bytes }] = largest
    givenUp.set(name, items.length)
    groups.delete(name)
    total -= bytes
  }

  return {
    add(name, item) {
      const before = givenUp.get(name)
      if (before !== undefined) return void givenUp.set(name, before + 1)
      const group = groups.get(name) ?? { items: [], bytes: 0 }
      const bytes = sizeOf(item)
      group.items.push(item)
      group.bytes += bytes
      total += bytes
      groups.set(name, group)
      while (total > maxBytes) giveUpLargest()
    },
    items: () => [...groups.values()].flatMap(({ items }) => items),
    givenUp,
  }
}

/** About as many bytes as V8 takes for a value of JSON. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length
  if (typeof value !== 'object' || value === null) return 8
  let bytes = 24
  // All that is listed passes here, and this makes no array of its parts.
  for (const key in value) bytes += key.length + 8 + sizeOf((value as Record<string, unknown>)[key])
  return bytes
}
