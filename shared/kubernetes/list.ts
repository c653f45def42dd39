import { isAnswer } from './failure.ts'
import type { Call, Transport } from './transport.ts'

// This is large enough for few requests, and small enough for the server to answer quickly.
const pageSize = 1000

interface Page<Item> {
  metadata: { continue?: string }
  items: Item[]
}

/**
 * Reads every item of a list, page by page. When the list has changed for so long that its continue token expires
 * (410), it is read again in one piece, as client-go's pager does.
 */
export async function listAll<Item>(transport: Transport, call: Call): Promise<Item[]> {
  const items: Item[] = []
  let next: string | undefined
  do {
    const query = { ...call.query, limit: String(pageSize), ...(next !== undefined && { continue: next }) }
    let page: Page<Item>
    try {
      page = await transport.call<Page<Item>>({ ...call, query })
    } catch (error) {
      if (!isAnswer(error, 410) || next === undefined) throw error
      return (await transport.call<Page<Item>>(call)).items
    }
    items.push(...page.items)
    next = page.metadata.continue || undefined
  } while (next !== undefined)
  return items
}
