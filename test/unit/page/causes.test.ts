import { expect, test } from '@jest/globals'
import { causeIn } from '../../../page/view/causes.ts'
import { en } from '../../../page/words/en.ts'
import { ja } from '../../../page/words/ja.ts'

test.each([
  ['holiday: 成人の日', 'public holiday: 成人の日', '祝日: 成人の日'],
  ['days-off: a: b', 'day off: a: b', '休日: a: b'],
  ['skip', 'skipped', '見送り'],
  ['0 22 * * *', undefined, undefined],
  ['too late', undefined, undefined],
  ['constructor', undefined, undefined],
])('%s is %s, in Japanese %s', (because, english, japanese) => {
  expect([causeIn(en, because), causeIn(ja, because)]).toEqual([english, japanese])
})
