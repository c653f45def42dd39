import { expect, test } from '@jest/globals'
import { createKept } from '../../../../shared/kubernetes/lists/kept.ts'

const large = { text: 'x'.repeat(1000) }

test('everything is kept while there is room, group by group', () => {
  const kept = createKept(10_000)
  for (const group of ['a', 'b', 'a']) kept.add(group, { group })
  expect(kept.items()).toEqual([{ group: 'a' }, { group: 'a' }, { group: 'b' }])
  expect(kept.givenUp.size).toBe(0)
})

test('the group that takes most pays for what is too much, and nobody else', () => {
  const kept = createKept(10_000)
  kept.add('modest', { name: 'web' })
  for (let item = 0; item < 100; item++) kept.add('greedy', large)
  kept.add('late', large)
  expect(kept.items()).toEqual([{ name: 'web' }, large])
  expect([...kept.givenUp]).toEqual([['greedy', 100]])
})

test('many small items are as much as few large ones', () => {
  const kept = createKept(10_000)
  for (let item = 0; item < 1000; item++) kept.add('greedy', { labels: { [`label-${item}`]: '' } })
  expect(kept.items()).toEqual([])
})
