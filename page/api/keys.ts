/** The keys of one tab. The Functions host asks for one, this API for the other, and some hosts for both. */
export interface Keys {
  functionKey?: string
  apiKey?: string
}

/** What is used of `sessionStorage`: it ends with its tab, and no other tab sees it. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const place = 'keys'

/** Reads the keys of this tab. What somebody else has stored there counts for nothing. */
export function readKeys(store: Store): Keys {
  try {
    const { functionKey, apiKey } = JSON.parse(store.getItem(place) ?? '{}')
    return { ...(typeof functionKey === 'string' && { functionKey }), ...(typeof apiKey === 'string' && { apiKey }) }
  } catch {
    return {}
  }
}

/** Keeps the keys until the tab is closed. */
export const keepKeys = (store: Store, keys: Keys): void => store.setItem(place, JSON.stringify(keys))

/** Forgets them. */
export const forgetKeys = (store: Store): void => store.removeItem(place)

/** The headers that carry the keys. No key is ever in an address. */
export const headersOf = ({ functionKey, apiKey }: Keys): Record<string, string> => ({
  ...(functionKey !== undefined && { 'x-functions-key': functionKey }),
  ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
})

/** A key in an address, which a link of the Portal or of `npm start` may bring, and the address without it. */
export function keyInAddress(address: string): { functionKey: string; rest: string } | undefined {
  const url = new URL(address)
  const functionKey = [...url.searchParams].find(([name]) => name.toLowerCase() === 'code')?.[1]
  if (!functionKey) return undefined
  // The Functions host takes the parameter whatever its case.
  for (const name of [...url.searchParams.keys()]) if (name.toLowerCase() === 'code') url.searchParams.delete(name)
  return { functionKey, rest: url.href }
}
