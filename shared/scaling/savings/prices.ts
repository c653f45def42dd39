import type { Savings } from './savings.ts'

/** What an hour of a node costs, as somebody has configured it. */
export interface NodePrices {
  /** As in ISO 4217, such as `JPY`. */
  currency: string
  /** Whether anybody pays this, or the one who configured it does. */
  kind: 'list price' | 'own price'
  /** Where the prices are from, and of when. */
  source: string
  /** By VM size. */
  perHour: Record<string, number>
}

/** The price of saved node-hours; undefined where their size has none. */
export function priceOf({ size, nodeHours }: Savings, { perHour }: NodePrices): number | undefined {
  const price = size !== undefined && Object.hasOwn(perHour, size) ? perHour[size] : undefined
  return price === undefined ? undefined : price * nodeHours
}
