import { expect, test } from '@jest/globals'
import type { SavingsAnswer } from '../../../page/api/answers.ts'
import { barsOf } from '../../../page/view/savings.ts'

const pool = (node_hours: number, unknown_node_hours: number) => ({ node_hours, unknown_node_hours })
const answer = (changes: Partial<SavingsAnswer> = {}): SavingsAnswer => ({
  status: 'success',
  days: 3,
  ...pool(5, 2),
  unwatched: [],
  projects: [
    {
      project: 'a',
      time_zone: 'Asia/Tokyo',
      ...pool(5, 2),
      days: [
        { day: '2026-11-27', node_pools: [pool(1, 2), pool(3, 0)] },
        { day: '2026-11-29', node_pools: [pool(1, 0)] },
      ],
    },
  ],
  // It is tomorrow in Tokyo.
  timestamp: '2026-11-28T16:00:00.000Z',
  ...changes,
})

test('there is a bar for each day until today in the zone of the project, also where nothing was saved', () => {
  expect(barsOf(answer())).toEqual([
    { day: '2026-11-27', saved: 4, unknown: 2 },
    { day: '2026-11-28', saved: 0, unknown: 0 },
    { day: '2026-11-29', saved: 1, unknown: 0 },
  ])
})

test('a project that cannot be seen has none', () => {
  expect(barsOf(answer({ projects: [] }))).toEqual([])
})
