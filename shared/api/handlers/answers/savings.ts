import type { z } from '@hono/zod-openapi'
import {
  type FoundSavings,
  type NodePrices,
  type ProjectSavings,
  priceOf,
  type Savings,
} from '../../../scaling/index.ts'
import type { SavingsAnswer } from '../../contract/answers/savings.ts'

type Body = z.infer<typeof SavingsAnswer>

const note = 'Nodes that are reserved, or in a savings plan, cost the same while they are gone: for them it is nothing.'

/** Savings for the API's readers: of all, of each project, and of its days and node pools. */
export function savingsBody(
  { watch, projects }: FoundSavings,
  prices: NodePrices | undefined,
): Omit<Body, 'status' | 'days' | 'timestamp'> {
  const all = projects.flatMap(({ savings }) => savings)
  return {
    ...sumsOf(all, prices),
    ...(prices && { prices: pricesBody(all, prices) }),
    ...(watch && { watched_since: watch.since.toISOString() }),
    unwatched: watch?.gaps.map(({ from, until }) => ({ from: from.toISOString(), until: until.toISOString() })) ?? [],
    projects: projects.map((one) => projectBody(one, prices)),
  }
}

const pricesBody = (all: Savings[], { currency, kind, source, perHour }: NodePrices): Body['prices'] => {
  const sizes = new Set(all.flatMap(({ size }) => size ?? []))
  return {
    currency,
    kind,
    source,
    note,
    without_price: [...sizes].filter((size) => !Object.hasOwn(perHour, size)).sort(),
  }
}

function projectBody(
  { project, savings, unread }: ProjectSavings,
  prices: NodePrices | undefined,
): Body['projects'][number] {
  return {
    project: project.name,
    time_zone: project.timeZone,
    ...sumsOf(savings, prices),
    days: [...Map.groupBy(savings, ({ day }) => day)].map(([day, own]) => ({
      day,
      node_pools: own.map((one) => ({ node_pool: one.pool, vm_size: one.size, ...sumsOf([one], prices) })),
    })),
    ...(unread !== undefined && { unread }),
  }
}

function sumsOf(savings: Savings[], prices: NodePrices | undefined) {
  const amounts = prices === undefined ? [] : savings.flatMap((one) => priceOf(one, prices) ?? [])
  return {
    node_hours: rounded(sum(savings.map(({ nodeHours }) => nodeHours))),
    unknown_node_hours: rounded(sum(savings.map(({ unknownNodeHours }) => unknownNodeHours))),
    ...(amounts.length > 0 && { amount: rounded(sum(amounts)) }),
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0)

/** A node-hour is known to the minutes between two ticks, which is a hundredth or so. */
const rounded = (number: number): number => Math.round(number * 100) / 100
