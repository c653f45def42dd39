import { expect, test } from '@jest/globals'
import { circlesOf, figuresOf, isCounted, report } from '../../../../dev/rooms/figures.ts'

const tree = new Map([
  ['shared/a.ts', "import { b } from './room/b.ts'\nimport type { C } from './room/c.ts'\n"],
  ['shared/room/b.ts', "export { a } from '../a.ts'\n"],
  ['shared/room/c.ts', "import { z } from 'zod'\n\nexport const later = () => import('./d.ts')\n"],
  ['shared/room/d.ts', "import type { C } from './c.ts'"],
  ['dev/alone.ts', "import { a } from '../shared/a.ts'\n"],
  ['README.md', '# Title\n\nText.\n'],
  ['package.json', '{"scripts":{"start":"node","test":"jest"}}'],
])

test('a circle is what imports itself by way of others, types and lazy imports included', () => {
  expect(circlesOf(tree)).toEqual([
    ['shared/a.ts', 'shared/room/b.ts'],
    ['shared/room/c.ts', 'shared/room/d.ts'],
  ])
})

test('each folder has its number of files and its largest one', () => {
  expect(figuresOf(tree)).toEqual([
    ['shared/', '1, largest a.ts: 2'],
    ['shared/room/', '3, largest c.ts: 3'],
    ['dev/', '1, largest alone.ts: 1'],
    ['import circles', '2'],
    ['README.md', '3 lines'],
    ['docs/README.ja.md', '0 lines'],
    ['package.json', '2 scripts'],
  ])
})

test('two trees stand side by side, and a folder that only one of them has is a dash in the other', () => {
  const before = {
    title: 'before',
    figures: [['shared/', 'many'] as [string, string], ['circles', '5'] as [string, string]],
  }
  const after = {
    title: 'after',
    figures: [
      ['shared/', 'few'],
      ['dev/', 'one'],
      ['circles', '0'],
    ] as [string, string][],
  }
  expect(report([before, after]).split('\n')).toEqual([
    '         before  after',
    'dev/     -       one',
    'shared/  many    few',
    'circles  5       0',
  ])
})

test.each([
  ['shared/api/api.ts', true],
  ['dev/setup.mjs', false],
  ['test/waitFor.ts', false],
  ['README.md', true],
])('whether %s counts: %s', (path, counts) => {
  expect(isCounted(path)).toBe(counts)
})
