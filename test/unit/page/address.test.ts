import { expect, test } from '@jest/globals'
import type { Project } from '../../../page/api/answers.ts'
import { type Address, firstActionOf, readAddress, writeAddress } from '../../../page/view/address.ts'

test.each<[string, Address]>([
  ['', { view: 'overview' }],
  ['#/', { view: 'overview' }],
  ['#/?show=asleep&text=a%26b', { view: 'overview', show: 'asleep', text: 'a&b' }],
  ['#/projects/project-a', { view: 'project', project: 'project-a' }],
  [
    '#/projects/project-a/keep-awake?for=3h&reason=release%20day',
    {
      view: 'project',
      project: 'project-a',
      open: { name: 'keep-awake', filled: { for: '3h', reason: 'release day' } },
    },
  ],
])('%p shows %j', (hash, address) => expect(readAddress(hash)).toEqual(address))

test.each(['#/?show=<script>', '#/nowhere/x', '#/projects/', '#/projects/%E0%A4%A', '#/__proto__/x'])(
  '%p is the overview, as it names nothing',
  (hash) => expect(readAddress(hash)).toEqual({ view: 'overview' }),
)

test('an action that there is not opens none', () =>
  expect(readAddress('#/projects/a/delete')).toEqual({ view: 'project', project: 'a' }))

test.each<Address>([
  { view: 'overview' },
  { view: 'overview', show: 'needs-you', text: 'ü/?#' },
  { view: 'project', project: 'a' },
  { view: 'project', project: 'a', open: { name: 'skip', filled: { reason: 'a&b=c' } } },
])('%j comes back from the text that it is written as', (address) =>
  expect(readAddress(writeAddress(address))).toEqual(address),
)

test.each([
  ['asleep', true, 'wake'],
  ['held', true, 'wake'],
  ['put-back', true, 'sleep'],
  ['awake', false, 'keep-awake'],
] as const)('a project that is %s is offered first what is wanted then', (state, isAsleep, action) =>
  expect(firstActionOf({ state, nodes: { should_be_asleep: isAsleep } } as Project)).toBe(action),
)
