import { expect, test } from '@jest/globals'
import { createSharedAnswers } from '../../../../shared/api/middleware/shareAnswer.ts'

const mib = 1024 * 1024

test('answers are kept up to 16 MiB, and the oldest go first', async () => {
  const answers = createSharedAnswers<string>({ forMs: 1000, elapsed: () => 0, bytesOf: () => 5 * mib })
  const asked: string[] = []
  const of = (key: string) =>
    answers.of(key, async () => {
      asked.push(key)
      return key
    })
  for (const key of ['a', 'b', 'c']) await of(key)
  await of('a')
  expect(asked).toEqual(['a', 'b', 'c'])
  await of('d')
  for (const key of ['b', 'c', 'd', 'a']) await of(key)
  expect(asked).toEqual(['a', 'b', 'c', 'd', 'a'])
})

test('an answer of more than that is given to all who wait for it, and not kept', async () => {
  const answers = createSharedAnswers<number>({ forMs: 1000, elapsed: () => 0, bytesOf: () => 17 * mib })
  let asked = 0
  const of = () => answers.of('', async () => ++asked)
  expect(await Promise.all([of(), of()])).toEqual([1, 1])
  expect(await of()).toBe(2)
})

test('what is asked before a change has ended is not what is answered after it', async () => {
  const answers = createSharedAnswers<string>({ forMs: 1000, elapsed: () => 0 })
  const pending = Promise.withResolvers<string>()
  const before = answers.of('', () => pending.promise)
  answers.forget()
  const after = answers.of('', async () => 'new')
  pending.resolve('old')
  expect([await before, await after, await answers.of('', async () => 'newer')]).toEqual(['old', 'new', 'new'])
})
